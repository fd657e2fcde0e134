namespace SslFramework.Host.Failures;

/// <summary>What an exception of the system says of its cause, whoever threw it.</summary>
internal enum FailureCause
{
    /// <summary>Nothing that is known here.</summary>
    Unknown,

    /// <summary>Memory ran out, of the runtime, the tensor library or a GPU.</summary>
    OutOfMemory,

    /// <summary>A file or folder is missing, or may not be used: waiting does not help.</summary>
    Missing,

    /// <summary>A disk or a network failed.</summary>
    Storage,
}
