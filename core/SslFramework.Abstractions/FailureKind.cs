namespace SslFramework;

/// <summary>What failed. The program ends with another exit code for each.</summary>
public enum FailureKind
{
    /// <summary>A bug in the framework.</summary>
    Internal,

    /// <summary>The command line is wrong.</summary>
    Usage,

    /// <summary>The experiment is wrong, or its parts do not fit together.</summary>
    Config,

    /// <summary>Data is missing or damaged.</summary>
    Data,

    /// <summary>A plugin could not be loaded or failed.</summary>
    Plugin,

    /// <summary>A checkpoint or weight file is missing, damaged or of another model.</summary>
    Checkpoint,

    /// <summary>Training diverged or collapsed.</summary>
    Diverged,

    /// <summary>Memory ran out.</summary>
    OutOfMemory,

    /// <summary>Writing failed, or reading did: the disk or the network is at fault, not what lies on it.</summary>
    Storage,

    /// <summary>The run folder is in use or already holds another run.</summary>
    RunFolder,

    /// <summary>The processor, or libtorch on it, computes wrongly.</summary>
    Machine,
}
