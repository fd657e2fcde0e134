namespace SslFramework;

/// <summary>
/// An error that the person who runs the experiment can fix. The message is one sentence that names the thing and the remedy;
/// it is shown without a stack trace, and the process ends with <see cref="ExitCode"/>.
/// </summary>
public class ExperimentException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="exitCode">
    /// How the process ends; <see cref="ExitCode.Success"/> and undefined values become <see cref="ExitCode.Plugin"/>.
    /// </param>
    /// <param name="message">One sentence that names the thing and the remedy.</param>
    /// <param name="inner">What caused it.</param>
    public ExperimentException(ExitCode exitCode, string message, Exception? inner = null)
        : base(message, inner) => (ExitCode, Sentences) = (Failure(exitCode), [message]);

    /// <summary>Makes one error out of several mistakes.</summary>
    /// <param name="exitCode">How the process ends.</param>
    /// <param name="sentences">One sentence for each mistake; the message shows each on its own line.</param>
    public ExperimentException(ExitCode exitCode, IReadOnlyList<string> sentences)
        : base(string.Join(Environment.NewLine, sentences)) => (ExitCode, Sentences) = (Failure(exitCode), sentences);

    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>The sentences to show, one per line. A line break inside a sentence comes from a name and starts no new line.</summary>
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

    /// <summary>Writing or reading failed because of the disk or the network, not because of what is stored on it.</summary>
    Storage = 9,

    /// <summary>The run folder is in use or already holds another run.</summary>
    RunFolder = 10,

    /// <summary>The processor, or libtorch on it, computes wrongly.</summary>
    Machine = 11,

    /// <summary>An exception on a background thread ended one of several processes.</summary>
    Crashed = 70,

    /// <summary>A step did not end in time: the disk, a plugin or a native library hangs.</summary>
    Hung = 74,

    /// <summary>One of several processes ended itself in the middle of the run, without an error.</summary>
    Left = 75,

    /// <summary>Ended by SIGUSR1, or by any signal when several processes train together, after saving.</summary>
    Stopped = 85,

    /// <summary>Ended by SIGINT (Ctrl-C), after saving.</summary>
    Interrupted = 130,

    /// <summary>Ended by SIGTERM, after saving.</summary>
    Terminated = 143,
}
