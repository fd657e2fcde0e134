namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 192 dimensions, 12 blocks, 3 heads.</summary>
public sealed class TinyVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public TinyVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, TransformerSize.Tiny)
    {
    }
}
