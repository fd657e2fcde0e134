using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Neighbours;

/// <summary>Options of <see cref="Retrieval"/>.</summary>
internal sealed record RetrievalOptions
{
    /// <summary>Which features are compared.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;
}
