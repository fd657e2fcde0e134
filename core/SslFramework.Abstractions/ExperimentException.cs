namespace SslFramework;

/// <summary>
/// An error that the person who runs the experiment can fix. The message is one sentence that names the thing and the remedy;
/// it is shown without a stack trace, and the program ends with the exit code of its <see cref="Kind"/>.
/// </summary>
public class ExperimentException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="kind">What failed; undefined values become <see cref="FailureKind.Plugin"/>.</param>
    /// <param name="message">One sentence that names the thing and the remedy.</param>
    /// <param name="inner">What caused it.</param>
    public ExperimentException(FailureKind kind, string message, Exception? inner = null)
        : base(message, inner) => (Kind, Sentences) = (Defined(kind), [message]);

    /// <summary>Makes one error out of several mistakes.</summary>
    /// <param name="kind">What failed.</param>
    /// <param name="sentences">One sentence for each mistake; the message shows each on its own line.</param>
    public ExperimentException(FailureKind kind, IReadOnlyList<string> sentences)
        : base(string.Join(Environment.NewLine, sentences)) => (Kind, Sentences) = (Defined(kind), sentences);

    /// <summary>What failed.</summary>
    public FailureKind Kind { get; }

    /// <summary>The sentences to show, one per line. A line break inside a sentence comes from a name and starts no new line.</summary>
    public IReadOnlyList<string> Sentences { get; }

    private static FailureKind Defined(FailureKind kind) => Enum.IsDefined(kind) ? kind : FailureKind.Plugin;
}
