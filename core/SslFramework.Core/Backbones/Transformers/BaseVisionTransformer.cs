namespace SslFramework.Core.Backbones.Transformers;

/// <summary>A transformer of 768 dimensions, 12 blocks, 12 heads.</summary>
public sealed class BaseVisionTransformer : VisionTransformer
{
    /// <inheritdoc cref="VisionTransformer(VisionTransformerOptions, DataInfo)"/>
    public BaseVisionTransformer(VisionTransformerOptions options, DataInfo data)
        : base(options, data, TransformerSize.Base)
    {
    }
}
