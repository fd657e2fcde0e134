namespace SslFramework.Core.Evaluation.Features;

/// <summary>Which features an evaluator measures.</summary>
public enum FeatureLayers
{
    /// <summary>The features of <see cref="IBackbone.Forward"/>, under the name <c>features</c>.</summary>
    Last,

    /// <summary>Also those of every layer of <see cref="IBackbone.Layers"/>, under the layer's name.</summary>
    All,
}
