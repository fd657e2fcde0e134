namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>The BatchNorm before a classifier, without weights, in training mode while the classifier learns.</summary>
internal enum FeatureNormalization
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Each number is normalized by itself, ε = 10⁻⁶ (MAE).</summary>
    PerNumber,

    /// <summary>Each channel is normalized over all its places, ε = 10⁻⁵ (RotNet).</summary>
    PerChannel,
}
