namespace SslFramework.Engine.Training;

/// <summary>What to do if features collapse.</summary>
internal enum CollapseResponse
{
    /// <summary>Warn and continue.</summary>
    Warn,

    /// <summary>Stop, with the last checkpoint saved.</summary>
    Stop,
}
