namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 384 dimensions, 12 blocks, 6 heads.</summary>
public sealed class SmallVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public SmallVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, TransformerSize.Small)
    {
    }
}
