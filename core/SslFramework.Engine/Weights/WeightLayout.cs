namespace SslFramework.Engine.Weights;

/// <summary>The naming scheme of a file of weights.</summary>
internal enum WeightLayout
{
    /// <summary>torchvision's residual networks, and its vision transformers, which are renamed.</summary>
    Torchvision,

    /// <summary>timm's vision transformers and residual networks.</summary>
    Timm,

    /// <summary>A training checkpoint of MoCo v1 or v2: the query encoder.</summary>
    MocoV1,

    /// <summary>A training checkpoint of MoCo v3: the base encoder.</summary>
    MocoV3,

    /// <summary>MAE's, with or without its decoder.</summary>
    Mae,
}
