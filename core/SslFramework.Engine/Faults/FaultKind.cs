namespace SslFramework.Engine.Faults;

/// <summary>What can be made to go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The loss is NaN.</summary>
    Nan,

    /// <summary>The loss is infinite.</summary>
    Inf,

    /// <summary>The loss is finite, one gradient is not.</summary>
    InfGradient,

    /// <summary>The loss is a thousand times as high.</summary>
    Spike,

    /// <summary>The objective throws.</summary>
    Throw,

    /// <summary>The process is killed: SIGKILL, as by the kernel when memory runs out.</summary>
    Kill,

    /// <summary>The process ends itself with exit code 0, as a plugin can.</summary>
    Exit,

    /// <summary>A call takes 50 ms longer.</summary>
    Slow,

    /// <summary>A call never ends.</summary>
    Hang,

    /// <summary>The disk is full.</summary>
    Enospc,

    /// <summary>The disk reports an error.</summary>
    Eio,

    /// <summary>Access is denied.</summary>
    Eacces,

    /// <summary>Too many files are open.</summary>
    Emfile,
}
