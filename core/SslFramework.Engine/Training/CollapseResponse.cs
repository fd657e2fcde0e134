namespace SslFramework.Engine.Training;

/// <summary>What to do where features collapse.</summary>
internal enum CollapseResponse
{
    /// <summary>Say so and go on.</summary>
    Warn,

    /// <summary>Stop, with the last checkpoint saved.</summary>
    Stop,
}
