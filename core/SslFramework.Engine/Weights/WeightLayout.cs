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

    /// <summary>MAE's, with its decoder or without.</summary>
    Mae,

    /// <summary>A training checkpoint of DINO: the teacher's backbone.</summary>
    Dino,

    /// <summary>DINOv2's, of a backbone alone or of training, whose teacher is taken.</summary>
    DinoV2,

    /// <summary>BEiT's: relative positions, biases of queries and values.</summary>
    Beit,

    /// <summary>A training checkpoint of I-JEPA: the target encoder.</summary>
    IJepa,

    /// <summary>A training checkpoint of SimSiam: its encoder.</summary>
    SimSiam,

    /// <summary>A training checkpoint of BYOL: the online encoder.</summary>
    Byol,

    /// <summary>SwAV's, with prototypes.</summary>
    Swav,

    /// <summary>A training checkpoint of Barlow Twins.</summary>
    BarlowTwins,

    /// <summary>A training checkpoint of VICReg.</summary>
    VicReg,
}
