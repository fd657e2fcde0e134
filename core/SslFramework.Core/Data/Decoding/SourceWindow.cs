using System.Globalization;
using System.Numerics;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// The values that become black and white in images of 16 bits: cameras and scanners of 10, 12 or 14 bits write them, and would else
/// be seen as black. They are looked for when the first such image is decoded, in images that are a function of the source alone.
/// </summary>
/// <param name="options">How images are decoded; their window counts if there is one.</param>
/// <param name="count">Number of images of the whole source, not of a part of it.</param>
/// <param name="encoded">The file of an image.</param>
internal sealed class SourceWindow(DecodeOptions options, int count, Func<int, byte[]> encoded)
{
    private const int MostImages = 32;
    private readonly Lazy<IReadOnlyList<double>> found = new(() => Find(options, count, encoded));

    /// <summary>All values of 16 bits.</summary>
    public static IReadOnlyList<double> Full { get; } = [0, ushort.MaxValue];

    /// <summary>Low and high, for all channels or for each.</summary>
    public IReadOnlyList<double> Value => options.Window.Count > 0 ? options.Window : found.Value;

    /// <summary>What users of images of 16 bits should know, one sentence or none.</summary>
    /// <param name="place">The source's path.</param>
    public IEnumerable<string> Notes(string place) => options.Depth == 16 && options.Window.Count == 0
        ? [string.Create(
            CultureInfo.InvariantCulture,
            $"{place}: in images of 16 bits, 0 becomes black and {Value[1]} white, as some of them have it; \"window\" sets other values.")]
        : [];

    private static IReadOnlyList<double> Find(DecodeOptions options, int count, Func<int, byte[]> encoded)
    {
        var largest = 0;
        var looked = Math.Min(count, MostImages);
        for (var i = 0; i < looked; i++)
        {
            try
            {
                var file = encoded((int)((long)i * count / looked));
                if (!ImageDecoder.Is16Bits(file))
                {
                    continue;
                }

                using var image = ImageDecoder.Read(file, new DecodeLimit("", options.MaximumPixels));
                largest = Math.Max(largest, LargestOf(image));
            }
            catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
            {
                continue; // it is told where it is read
            }
        }

        return largest == 0 ? Full : [0, Math.Max(byte.MaxValue, (1 << (BitOperations.Log2((uint)largest) + 1)) - 1)];
    }

    /// <summary>The largest value of an image of 16 bits, alpha left out.</summary>
    public static int LargestOf(StoredImage image)
    {
        var values = image.Values;
        var (largest, colors) = (0, image.Channels - (image.HasAlpha ? 1 : 0));
        for (var i = 0; i < values.Length; i += image.Channels)
        {
            for (var c = 0; c < colors; c++)
            {
                largest = Math.Max(largest, values[i + c]);
            }
        }

        return largest;
    }
}
