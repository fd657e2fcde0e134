namespace SslFramework;

/// <summary>
/// What the person who runs the experiment can mend. The message is one sentence that names the thing and the remedy;
/// it is shown without a stack trace, and the process ends with <see cref="ExitCode"/>.
/// </summary>
public class ExperimentException : Exception
{
    /// <summary>Makes the error.</summary>
    public ExperimentException(ExitCode exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; }
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
