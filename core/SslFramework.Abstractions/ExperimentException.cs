namespace SslFramework;

/// <summary>
/// What the person who runs the experiment can mend. The message is one sentence that names the thing and the remedy;
/// it is shown without a stack trace, and the process ends with <see cref="ExitCode"/>.
/// </summary>
public class ExperimentException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="exitCode">How the process ends; no failure ends it with success, and <see cref="ExitCode.Plugin"/> stands for that and for codes that are none.</param>
    /// <param name="message">One sentence that names the thing and the remedy.</param>
    /// <param name="inner">What caused it.</param>
    public ExperimentException(ExitCode exitCode, string message, Exception? inner = null)
        : base(message, inner) => (ExitCode, Sentences) = (Failure(exitCode), [message]);

    /// <summary>Makes an error of several mistakes.</summary>
    /// <param name="exitCode">How the process ends.</param>
    /// <param name="sentences">One for each mistake; the message has them on lines of their own.</param>
    public ExperimentException(ExitCode exitCode, IReadOnlyList<string> sentences)
        : base(string.Join(Environment.NewLine, sentences)) => (ExitCode, Sentences) = (Failure(exitCode), sentences);

    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>What is shown, a line each: a line break within one belongs to a name, and begins no line.</summary>
    public IReadOnlyList<string> Sentences { get; }

    private static ExitCode Failure(ExitCode exitCode) => exitCode != ExitCode.Success && Enum.IsDefined(exitCode) ? exitCode : ExitCode.Plugin;
}

/// <summary>How the program ended. The numbers are stable.</summary>
public enum ExitCode
{
    /// <summary>All done.</summary>
    Success = 0,

    /// <summary>A bug in the framework.</summary>
    Internal = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The experiment is wrong, or its parts do not fit together.</summary>
    Config = 3,

    /// <summary>Data is missing or damaged.</summary>
    Data = 4,

    /// <summary>A plugin could not be loaded or failed.</summary>
    Plugin = 5,

    /// <summary>A checkpoint or weight file is missing, damaged or of another model.</summary>
    Checkpoint = 6,

    /// <summary>Training diverged or collapsed.</summary>
    Diverged = 7,

    /// <summary>Memory ran out.</summary>
    OutOfMemory = 8,

    /// <summary>Writing failed, or reading did: the disk or the network is at fault, not what lies on it.</summary>
    Storage = 9,

    /// <summary>The run folder is in use or already holds another run.</summary>
    RunFolder = 10,

    /// <summary>The processor, or libtorch on it, computes wrongly.</summary>
    Machine = 11,

    /// <summary>An exception on a thread of its own ended one of several processes.</summary>
    Crashed = 70,

    /// <summary>A step did not end in time: the disk, a plugin or a native library hangs.</summary>
    Hung = 74,

    /// <summary>One of several processes ended itself in the middle of the run, without an error.</summary>
    Left = 75,

    /// <summary>Ended by SIGUSR1, or by any signal where several processes train together, after saving.</summary>
    Stopped = 85,

    /// <summary>Ended by SIGINT (Ctrl-C), after saving.</summary>
    Interrupted = 130,

    /// <summary>Ended by SIGTERM, after saving.</summary>
    Terminated = 143,
}
