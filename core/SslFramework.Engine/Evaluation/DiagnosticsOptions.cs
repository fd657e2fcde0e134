using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation;

/// <summary>Options of <see cref="FeatureDiagnostics"/>.</summary>
internal sealed record DiagnosticsOptions
{
    /// <summary>Which features are described.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.All;

    /// <summary>The most test images that are used, evenly spaced. Uniformity costs the square of this.</summary>
    [Range(2, 8192)]
    public int Images { get; init; } = 2048;

    /// <summary>Seed of the views that are compared.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
