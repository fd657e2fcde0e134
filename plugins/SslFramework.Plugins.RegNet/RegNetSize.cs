namespace SslFramework.Plugins.RegNet;

/// <summary>The design of a RegNet that experiments can name, by the parameters of the paper.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Depth">Number of blocks, d.</param>
/// <param name="WidthStart">Channels of the first block, w₀.</param>
/// <param name="WidthSlope">By how much channels grow per block before they are rounded to stages, w_a.</param>
/// <param name="WidthFactor">By how much they grow per stage, w_m.</param>
/// <param name="GroupWidth">Channels of a group of the 3×3 convolutions, g.</param>
internal sealed record RegNetSize(string Name, int Depth, int WidthStart, double WidthSlope, double WidthFactor, int GroupWidth)
{
    public static readonly RegNetSize Y400mf = new("regnety-400mf", 16, 48, 27.89, 2.09, 8);
    public static readonly RegNetSize Y800mf = new("regnety-800mf", 14, 56, 38.84, 2.4, 16);
    public static readonly RegNetSize Y1600mf = new("regnety-1.6gf", 27, 48, 20.71, 2.65, 24);
    public static readonly RegNetSize Y3200mf = new("regnety-3.2gf", 21, 80, 42.63, 2.66, 24);
    public static readonly RegNetSize Y8gf = new("regnety-8gf", 17, 192, 76.82, 2.19, 56);
    public static readonly RegNetSize Y16gf = new("regnety-16gf", 18, 200, 106.23, 2.48, 112);
    public static readonly RegNetSize Y32gf = new("regnety-32gf", 20, 232, 115.89, 2.53, 232);
    public static readonly RegNetSize X400mf = new("regnetx-400mf", 22, 24, 24.48, 2.54, 16);
    public static readonly RegNetSize X800mf = new("regnetx-800mf", 16, 56, 35.73, 2.28, 16);
    public static readonly RegNetSize X1600mf = new("regnetx-1.6gf", 18, 80, 34.01, 2.25, 24);
    public static readonly RegNetSize X3200mf = new("regnetx-3.2gf", 25, 88, 26.31, 2.25, 48);
    public static readonly RegNetSize X8gf = new("regnetx-8gf", 23, 80, 49.56, 2.88, 120);
    public static readonly RegNetSize X16gf = new("regnetx-16gf", 22, 216, 55.59, 2.1, 128);
    public static readonly RegNetSize X32gf = new("regnetx-32gf", 23, 320, 69.86, 2.0, 168);

    public static readonly RegNetSize[] All =
    [
        Y400mf, Y800mf, Y1600mf, Y3200mf, Y8gf, Y16gf, Y32gf,
        X400mf, X800mf, X1600mf, X3200mf, X8gf, X16gf, X32gf,
    ];

    /// <summary>Whether its blocks squeeze and excite, which is what Y adds to X.</summary>
    public bool Squeezes { get; } = Name.StartsWith("regnety", StringComparison.Ordinal);
}

/// <summary>A RegNetY of about 400 million multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY400mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y400mf);

/// <summary>A RegNetY of about 800 million multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY800mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y800mf);

/// <summary>A RegNetY of about 1.6 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY1600mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y1600mf);

/// <summary>A RegNetY of about 3.2 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY3200mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y3200mf);

/// <summary>A RegNetY of about 8 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY8gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y8gf);

/// <summary>A RegNetY of about 16 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY16gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y16gf);

/// <summary>A RegNetY of about 32 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetY32gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.Y32gf);

/// <summary>A RegNetX of about 400 million multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX400mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X400mf);

/// <summary>A RegNetX of about 800 million multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX800mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X800mf);

/// <summary>A RegNetX of about 1.6 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX1600mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X1600mf);

/// <summary>A RegNetX of about 3.2 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX3200mf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X3200mf);

/// <summary>A RegNetX of about 8 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX8gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X8gf);

/// <summary>A RegNetX of about 16 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX16gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X16gf);

/// <summary>A RegNetX of about 32 billion multiply-adds at 224 × 224 pixels.</summary>
public sealed class RegNetX32gf(RegNetOptions options, DataInfo data) : RegNet(options, data, RegNetSize.X32gf);
