namespace SslFramework.Plugins.Swin;

/// <summary>The size of a Swin transformer that experiments can name.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Width">Channels of the first stage.</param>
/// <param name="BlocksPerStage">Number of blocks in each stage.</param>
internal sealed record SwinSize(string Name, int Width, IReadOnlyList<int> BlocksPerStage)
{
    public static readonly SwinSize Tiny = new("swin-tiny", 96, [2, 2, 6, 2]);
    public static readonly SwinSize Small = new("swin-small", 96, [2, 2, 18, 2]);
    public static readonly SwinSize Base = new("swin-base", 128, [2, 2, 18, 2]);
    public static readonly SwinSize Large = new("swin-large", 192, [2, 2, 18, 2]);

    public static readonly SwinSize[] All = [Tiny, Small, Base, Large];
}

/// <summary>A Swin transformer of 96 channels and 12 blocks.</summary>
public sealed class SwinTiny(SwinOptions options, DataInfo data) : SwinTransformer(options, data, SwinSize.Tiny);

/// <summary>A Swin transformer of 96 channels and 24 blocks.</summary>
public sealed class SwinSmall(SwinOptions options, DataInfo data) : SwinTransformer(options, data, SwinSize.Small);

/// <summary>A Swin transformer of 128 channels and 24 blocks.</summary>
public sealed class SwinBase(SwinOptions options, DataInfo data) : SwinTransformer(options, data, SwinSize.Base);

/// <summary>A Swin transformer of 192 channels and 24 blocks.</summary>
public sealed class SwinLarge(SwinOptions options, DataInfo data) : SwinTransformer(options, data, SwinSize.Large);
