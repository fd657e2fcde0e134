namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 1024 dimensions, 24 blocks, 16 heads.</summary>
public sealed class LargeVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public LargeVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, TransformerSize.Large)
    {
    }
}
