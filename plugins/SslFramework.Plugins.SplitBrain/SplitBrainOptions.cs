using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.SplitBrain;

/// <summary>Options of <see cref="SplitBrainObjective"/>.</summary>
public sealed record SplitBrainOptions
{
    /// <summary>Pixels from one place that is predicted to the next.</summary>
    [Range(1, 256)]
    public int TargetStride { get; init; } = 4;

    /// <summary>Classes of lightness, equally wide.</summary>
    [Range(2, 1000)]
    public int LightnessBins { get; init; } = 100;
}
