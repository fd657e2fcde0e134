using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Core.Evaluation.Neighbors;

/// <summary>Options of <see cref="Retrieval"/>.</summary>
public sealed record RetrievalOptions
{
    /// <summary>Which features are compared.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;
}
