using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Data.Decoding;
using SslFramework.Fuzz;

namespace SslFramework.Benchmarks;

/// <summary>Times decoding alone, on one core: libjpeg-turbo's of whole JPEGs, and ours of whole ones and of what random crops need.</summary>
internal static class DecodeTiming
{
    /// <summary>Prints milliseconds per image, medians of rounds in turns.</summary>
    public static void Run(string images, int rounds)
    {
        var options = new DecodeOptions();
        var whole = new PixelBuffer();
        var files = Directory.GetFiles(images, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var sizes = Array.ConvertAll(files, file =>
        {
            ImageDecoder.Decode(file, options, "x", whole);
            return new ImageSize(whole.Height, whole.Width);
        });
        var theirs = new byte[sizes.Max(size => size.Height * size.Width) * 3];
        (string Name, Func<PixelBuffer?> Buffer)[] ways =
        [
            ("libjpeg-turbo, whole", () => TurboJpeg.IsInstalled ? null : throw new NotSupportedException("libturbojpeg is not installed.")),
            ("ours, whole", () => whole),
            ("ours, one crop", () => new Crops(1)),
            ("ours, two crops", () => new Crops(2)),
        ];
        var times = Array.ConvertAll(ways, _ => new List<double>());
        for (var round = -3; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var buffer = ways[way].Buffer();
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < files.Length; i++)
                {
                    if (buffer is null)
                    {
                        TurboJpeg.Decode(files[i], sizes[i].Height, sizes[i].Width, theirs);
                    }
                    else
                    {
                        ImageDecoder.Decode(files[i], options, "x", buffer);
                    }
                }

                if (round >= 0)
                {
                    times[way].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / files.Length);
                }
            }
        }

        var medians = Array.ConvertAll(times, values => values.Order().ElementAt(rounds / 2));
        Console.WriteLine($"{files.Length} JPEGs, {rounds} rounds in turns, medians, one core. Ours: {ImageDecoder.JpegDecoder}.");
        for (var way = 0; way < ways.Length; way++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{ways[way].Name,-22} {medians[way]:F3} ms, {medians[way] / medians[0]:F2} of libjpeg-turbo's"));
        }
    }

    /// <summary>What RandomResizedCrop with scales from 0.08 to 1 would need.</summary>
    private sealed class Crops(int count) : PixelBuffer
    {
        private readonly Random random = new(1);

        public override PixelBox Needed(ImageSize size) => Enumerable.Range(0, count).Select(_ => Crop(size)).Aggregate((a, b) => a.Union(b));

        private PixelBox Crop(ImageSize size)
        {
            while (true)
            {
                var area = size.Height * size.Width * (0.08 + (0.92 * random.NextDouble()));
                var ratio = Math.Pow(4.0 / 3, (2 * random.NextDouble()) - 1);
                var (height, width) = ((int)Math.Sqrt(area / ratio), (int)Math.Sqrt(area * ratio));
                if (height <= size.Height && width <= size.Width)
                {
                    return new(random.Next(size.Height - height + 1), random.Next(size.Width - width + 1), height, width);
                }
            }
        }
    }
}
