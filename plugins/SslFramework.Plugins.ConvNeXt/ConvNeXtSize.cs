namespace SslFramework.Plugins.ConvNeXt;

/// <summary>The size of a ConvNeXt that experiments can name.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Width">Channels of the first stage.</param>
/// <param name="BlocksPerStage">Number of blocks in each stage.</param>
internal sealed record ConvNeXtSize(string Name, int Width, IReadOnlyList<int> BlocksPerStage)
{
    public static readonly ConvNeXtSize Tiny = new("convnext-tiny", 96, [3, 3, 9, 3]);
    public static readonly ConvNeXtSize Small = new("convnext-small", 96, [3, 3, 27, 3]);
    public static readonly ConvNeXtSize Base = new("convnext-base", 128, [3, 3, 27, 3]);
    public static readonly ConvNeXtSize Large = new("convnext-large", 192, [3, 3, 27, 3]);

    public static readonly ConvNeXtSize[] All = [Tiny, Small, Base, Large];
}

/// <summary>A ConvNeXt of 96 channels and 18 blocks.</summary>
public sealed class ConvNeXtTiny(ConvNeXtOptions options, DataInfo data) : ConvNeXt(options, data, ConvNeXtSize.Tiny);

/// <summary>A ConvNeXt of 96 channels and 36 blocks.</summary>
public sealed class ConvNeXtSmall(ConvNeXtOptions options, DataInfo data) : ConvNeXt(options, data, ConvNeXtSize.Small);

/// <summary>A ConvNeXt of 128 channels and 36 blocks.</summary>
public sealed class ConvNeXtBase(ConvNeXtOptions options, DataInfo data) : ConvNeXt(options, data, ConvNeXtSize.Base);

/// <summary>A ConvNeXt of 192 channels and 36 blocks.</summary>
public sealed class ConvNeXtLarge(ConvNeXtOptions options, DataInfo data) : ConvNeXt(options, data, ConvNeXtSize.Large);
