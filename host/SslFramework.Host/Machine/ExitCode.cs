namespace SslFramework.Host.Machine;

/// <summary>How the program ended. The numbers are stable.</summary>
internal enum ExitCode
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

/// <summary>How the program ends after a failure.</summary>
internal static class ExitCodes
{
    /// <summary>The exit code of a kind of failure.</summary>
    public static ExitCode Of(FailureKind kind) => kind switch
    {
        FailureKind.Internal => ExitCode.Internal,
        FailureKind.Usage => ExitCode.Usage,
        FailureKind.Config => ExitCode.Config,
        FailureKind.Data => ExitCode.Data,
        FailureKind.Plugin => ExitCode.Plugin,
        FailureKind.Checkpoint => ExitCode.Checkpoint,
        FailureKind.Diverged => ExitCode.Diverged,
        FailureKind.OutOfMemory => ExitCode.OutOfMemory,
        FailureKind.Storage => ExitCode.Storage,
        FailureKind.RunFolder => ExitCode.RunFolder,
        FailureKind.Machine => ExitCode.Machine,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of failure."),
    };
}
