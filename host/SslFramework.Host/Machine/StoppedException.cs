namespace SslFramework.Host.Machine;

/// <summary>Work that a signal ended before it was done.</summary>
/// <param name="code">How the program ends.</param>
/// <param name="sentence">What was left undone, for the person who stopped it.</param>
internal sealed class StoppedException(ExitCode code, string sentence) : OperationCanceledException(sentence)
{
    /// <summary>How the program ends.</summary>
    public ExitCode Code => code;
}
