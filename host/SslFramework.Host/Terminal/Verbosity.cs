namespace SslFramework.Host.Terminal;

/// <summary>How much a run tells while it goes on. Warnings and errors are always told, and the run folder has everything.</summary>
internal enum Verbosity
{
    /// <summary>Warnings and errors alone.</summary>
    Quiet,

    /// <summary>A live panel, or a plain line now and then where stderr is piped.</summary>
    Normal,

    /// <summary>Every line of metrics too.</summary>
    Verbose,
}
