using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation;

/// <summary>Options of <see cref="FeatureDiagnostics"/>.</summary>
internal sealed record DiagnosticsOptions
{
    /// <summary>Which features are looked at.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.All;

    /// <summary>At most so many test images are looked at, evenly spaced. Uniformity takes the square of this.</summary>
    [Range(2, 8192)]
    public int Images { get; init; } = 2048;

    /// <summary>Seed of the views that are compared.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
