namespace SslFramework.Core.Training;

/// <summary>What to do if features collapse.</summary>
public enum CollapseResponse
{
    /// <summary>Warn and continue.</summary>
    Warn,

    /// <summary>Stop, with the last checkpoint saved.</summary>
    Stop,
}
