namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 1280 dimensions, 32 blocks, 16 heads; its papers use patches of 14 pixels.</summary>
public sealed class HugeVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public HugeVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, TransformerSize.Huge)
    {
    }
}
