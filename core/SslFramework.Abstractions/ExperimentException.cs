namespace SslFramework;

/// <summary>
/// What the person who runs the experiment can mend. The message is one sentence that names the thing and the remedy;
/// it is shown without a stack trace, and the program ends with the exit code of its <see cref="Kind"/>.
/// </summary>
public class ExperimentException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="kind">What failed; <see cref="FailureKind.Plugin"/> stands for values that are none.</param>
    /// <param name="message">One sentence that names the thing and the remedy.</param>
    /// <param name="inner">What caused it.</param>
    public ExperimentException(FailureKind kind, string message, Exception? inner = null)
        : base(message, inner) => (Kind, Sentences) = (Defined(kind), [message]);

    /// <summary>Makes an error of several mistakes.</summary>
    /// <param name="kind">What failed.</param>
    /// <param name="sentences">One for each mistake; the message has them on lines of their own.</param>
    public ExperimentException(FailureKind kind, IReadOnlyList<string> sentences)
        : base(string.Join(Environment.NewLine, sentences)) => (Kind, Sentences) = (Defined(kind), sentences);

    /// <summary>What failed.</summary>
    public FailureKind Kind { get; }

    /// <summary>What is shown, a line each: a line break within one belongs to a name, and begins no line.</summary>
    public IReadOnlyList<string> Sentences { get; }

    private static FailureKind Defined(FailureKind kind) => Enum.IsDefined(kind) ? kind : FailureKind.Plugin;
}
