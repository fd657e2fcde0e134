namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 192 dimensions, 12 blocks, 3 heads.</summary>
public sealed class TinyVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public TinyVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, 192, 12, 3)
    {
    }
}

/// <summary>A transformer of 384 dimensions, 12 blocks, 6 heads.</summary>
public sealed class SmallVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public SmallVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, 384, 12, 6)
    {
    }
}

/// <summary>A transformer of 768 dimensions, 12 blocks, 12 heads.</summary>
public sealed class BaseVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public BaseVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, 768, 12, 12)
    {
    }
}

/// <summary>A transformer of 1024 dimensions, 24 blocks, 16 heads.</summary>
public sealed class LargeVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public LargeVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, 1024, 24, 16)
    {
    }
}

/// <summary>A transformer of 1280 dimensions, 32 blocks, 16 heads; its papers use patches of 14 pixels.</summary>
public sealed class HugeVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public HugeVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, 1280, 32, 16)
    {
    }
}
