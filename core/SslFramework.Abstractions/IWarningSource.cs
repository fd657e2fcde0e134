namespace SslFramework;

/// <summary>Tells what works and is unwise in the way that an experiment uses it: an objective may implement it as well.</summary>
public interface IWarningSource
{
    /// <summary>A sentence each, with the remedy; told when training begins.</summary>
    IReadOnlyList<string> Warnings { get; }
}
