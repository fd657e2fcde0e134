using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="SyntheticSource"/>.</summary>
internal sealed record SyntheticOptions
{
    /// <summary>Number of images.</summary>
    [Range(1, int.MaxValue)]
    public int Count { get; init; } = 256;

    /// <summary>Rows and columns.</summary>
    [Range(4, 4096)]
    public int Size { get; init; } = 32;

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    [AllowedValues(1, 3)]
    public int Channels { get; init; } = 3;

    /// <summary>Number of classes; image i is of class i modulo this.</summary>
    [Range(1, 1000)]
    public int Classes { get; init; } = 4;

    /// <summary>Another number gives other images.</summary>
    public long Seed { get; init; }
}

/// <summary>Made-up images that need no file: a shape in a colour of its class, somewhere on a noisy ground.</summary>
internal sealed class SyntheticSource(SyntheticOptions options) : IDataSource
{
    private const int Shapes = 4;
    private const double GoldenRatio = 0.6180339887;

    /// <inheritdoc/>
    public int Count => options.Count;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public ImageSize? Size => new ImageSize(options.Size, options.Size);

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(0, options.Classes).Select(label => $"shape {label}")];

    /// <inheritdoc/>
    public int? Label(int index) => index % options.Classes;

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var side = options.Size;
        var label = index % options.Classes;
        var random = new SampleRandom(unchecked((ulong)options.Seed), 0, (ulong)index, 0);
        var radius = side * random.NextDouble(0.2, 0.35);
        var centerY = random.NextDouble(radius, side - radius);
        var centerX = random.NextDouble(radius, side - radius);
        var hue = (label * GoldenRatio) + random.NextDouble(-0.03, 0.03);
        var ground = random.NextDouble(40, 120);

        var pixels = destination.Resize(side, side, options.Channels);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, options.Channels);
            var (y, x) = Math.DivRem(pixel, side);
            var inside = Inside(label % Shapes, (y + 0.5 - centerY) / radius, (x + 0.5 - centerX) / radius);
            var value = inside ? 160 + (80 * Math.Cos(Math.Tau * (hue + (channel / 3.0)))) : ground;
            pixels[i] = (byte)Math.Clamp(value + random.NextDouble(-15, 15), 0, 255);
        }
    }

    // y and x in radii from the centre
    private static bool Inside(int shape, double y, double x) => shape switch
    {
        0 => (y * y) + (x * x) < 1,
        1 => Math.Max(Math.Abs(y), Math.Abs(x)) < 0.8,
        2 => y < 0.8 && y > (2 * Math.Abs(x)) - 1,
        _ => Math.Min(Math.Abs(y), Math.Abs(x)) < 0.25 && Math.Max(Math.Abs(y), Math.Abs(x)) < 1,
    };
}
