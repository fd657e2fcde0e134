namespace SslFramework.Plugins.Segmentation;

/// <summary>The update rule.</summary>
public enum SegmentationOptimizer
{
    /// <summary>Stochastic gradient descent with momentum 0.9; norms and biases decay too, as with the authors of MoCo.</summary>
    Sgd,

    /// <summary>AdamW with β 0.9 and 0.999; norms, biases, tokens and positions do not decay.</summary>
    Adamw,
}
