namespace SslFramework;

/// <summary>Warns of settings that work but are unwise. An objective may implement it as well.</summary>
public interface IWarningSource
{
    /// <summary>One sentence per warning, with the remedy; shown when training begins.</summary>
    IReadOnlyList<string> Warnings { get; }
}
