namespace SslFramework.Core.Objectives;

/// <summary>Batch normalization inside a head.</summary>
public enum HeadNorm
{
    /// <summary>There is no norm.</summary>
    None,

    /// <summary>A norm with a learned scale γ and shift β.</summary>
    Affine,

    /// <summary>A norm with γ; β stays 0, as at the end of SimCLR's head.</summary>
    ScaleOnly,

    /// <summary>A norm with neither γ nor β, as at the end of MoCo v3's projector.</summary>
    Plain,
}
