namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Start weights of a vision transformer.</summary>
public enum TransformerInitialization
{
    /// <summary>timm's: linear layers Normal(0, 0.02²), the patch projection as any convolution, class token Normal(0, 10⁻¹²).</summary>
    Timm,

    /// <summary>MAE's: Xavier-uniform, query, key and value as one matrix; class token Normal(0, 0.02²).</summary>
    Mae,

    /// <summary>MoCo v3's: Xavier-uniform, query, key and value as three matrices; class token Normal(0, 10⁻¹²).</summary>
    MocoV3,

    /// <summary>
    /// BEiT's: timm's, but linear layers at the end of a residual branch are divided by √(2·b) in block b, counted from 1, and the class
    /// token is Normal(0, 0.02²).
    /// </summary>
    Beit,
}
