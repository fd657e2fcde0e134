#:package SixLabors.ImageSharp
#:property UsesTorch=false
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

// Draws the emoji of two vendors on grounds of many kinds, 32 × 32 pixels: Emoji.cs PACKAGES OUTPUT. The same pictures on every machine.
const int TrainPictures = 580; // per class
const int TestPictures = 200;
string[] vendors = ["google", "twitter"];
(string Name, string[] Subcategories)[] classes =
[
    ("animal", ["animal-"]),
    ("building", ["place-building", "place-religious", "place-other"]),
    ("clothing", ["clothing"]),
    ("face", ["face-"]),
    ("food", ["food-prepared", "food-asian", "food-sweet", "drink"]),
    ("hand", ["hand-", "hands"]),
    ("person", ["person-role", "person-fantasy", "person-activity", "person-sport"]),
    ("plant", ["plant-", "food-fruit", "food-vegetable"]),
    ("tool", ["tool", "household", "office", "musical-instrument"]),
    ("vehicle", ["transport-air", "transport-ground", "transport-water"]),
];

var (packages, output) = (args[0], args[1]);
string FileOf(string vendor, string image) => Path.Combine(packages, vendor, "package", "img", vendor, "64", image);
using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(packages, vendors[0], "package", "emoji.json")));
foreach (var (name, subcategories) in classes)
{
    // All that is made of one drawing (by gender, color, direction) goes to one side.
    var drawings = list.RootElement.EnumerateArray()
        .Where(emoji => subcategories.Any(start => emoji.GetProperty("subcategory").GetString()!.StartsWith(start, StringComparison.Ordinal)))
        .Select(emoji => (Image: emoji.GetProperty("image").GetString()!, Base: BaseOf(emoji.GetProperty("unified").GetString()!)))
        .GroupBy(emoji => emoji.Base)
        .OrderBy(group => new Draw($"{name} {group.Key}").Next())
        .Select(group => group.Select(emoji => emoji.Image).Order(StringComparer.Ordinal).ToArray())
        .ToArray();
    var test = drawings.Length / 4;
    Write(drawings[..test], TestPictures, Path.Combine(output, "test", name));
    Write(drawings[test..], TrainPictures, Path.Combine(output, "train", name));
    Console.WriteLine($"{name}: {drawings.Length - test} drawings to learn from, {test} to measure on, each of {vendors.Length} vendors");
}

// Each drawing about as often, whatever the number of its variants.
void Write(string[][] drawings, int count, string folder)
{
    Directory.CreateDirectory(folder);
    for (var i = 0; i < count; i++)
    {
        var (variants, vendor) = (drawings[i / vendors.Length % drawings.Length], vendors[i % vendors.Length]);
        var image = variants[i / vendors.Length / drawings.Length % variants.Length];
        using var drawing = Image.Load<Rgba32>(FileOf(vendor, image));
        using var picture = Picture.Of(drawing, new Draw($"{Path.GetFileName(folder)} {image} {vendor} {i}"));
        picture.SaveAsPng(
            Path.Combine(folder, $"{i:D3}-{Path.GetFileNameWithoutExtension(image)}-{vendor}.png"),
            new PngEncoder { CompressionLevel = PngCompressionLevel.BestCompression, FilterMethod = PngFilterMethod.Adaptive });
    }
}

// What an emoji is a variant of: of several joined ones the first, and of people what they do instead of who they are.
static string BaseOf(string unified)
{
    string[] all = unified.Split('-');
    string[] people = ["1F468", "1F469", "1F9D1"];
    string[] signs = ["200D", "FE0F"];
    return all.Where(code => !signs.Contains(code)).FirstOrDefault(code => !people.Contains(code)) ?? all[0];
}

/// <summary>A drawing on a ground.</summary>
internal static class Picture
{
    private const int Side = 32;
    private const int Samples = 4; // per pixel and direction

    public static Image<Rgb24> Of(Image<Rgba32> drawing, Draw draw)
    {
        var ground = Ground.Of(draw);
        var size = draw.Between(20, 30);
        var (left, top) = (draw.Between(-1, Side + 1 - size), draw.Between(-1, Side + 1 - size));
        var picture = new Image<Rgb24>(Side, Side);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (sum, alpha) = (default(Color3), 0.0);
                for (var i = 0; i < Samples * Samples; i++)
                {
                    var u = (int)Math.Floor((x + (((i % Samples) + 0.5) / Samples) - left) / size * drawing.Width);
                    var v = (int)Math.Floor((y + (((i / Samples) + 0.5) / Samples) - top) / size * drawing.Height);
                    if (u >= 0 && v >= 0 && u < drawing.Width && v < drawing.Height)
                    {
                        var pixel = drawing[u, v];
                        var share = pixel.A / 255.0 / (Samples * Samples);
                        (sum, alpha) = (sum + (new Color3(pixel.R, pixel.G, pixel.B) * share), alpha + share);
                    }
                }

                var color = sum + (ground(x, y) * (1 - alpha));
                picture[x, y] = new Rgb24(Byte(color.R), Byte(color.G), Byte(color.B));
            }
        }

        return picture;

        static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
    }
}

/// <summary>What lies behind a drawing: patterns, each of which has its usual colors.</summary>
internal static class Ground
{
    public static Func<int, int, Color3> Of(Draw draw)
    {
        var kind = (int)draw.Between(0, 7.999);
        var hue = draw.Between(0, 0.1) + (kind / 8.0);
        var (saturation, lightness) = (draw.Between(0.15, 0.75), draw.Between(0.3, 0.75));
        var one = Color3.Of(hue, saturation, lightness);
        var other = Color3.Of(hue + draw.Between(-0.08, 0.08), saturation, lightness + (draw.Between(0.1, 0.2) * (lightness > 0.5 ? -1 : 1)));
        var (step, shift) = ((int)draw.Between(4, 8.999), (int)draw.Between(0, 8));
        double[] heights = [.. Enumerable.Range(0, 36).Select(_ => draw.Next())];
        Func<int, int, double> share = kind switch
        {
            0 => (x, y) => y / 31.0, // dusk
            1 => (x, y) => (y + shift) / step % 2, // boards
            2 => (x, y) => ((x + shift) / step) + ((y + shift) / step) & 1, // tiles
            3 => (x, y) => (x + y + shift) / step % 2, // slanted stripes
            4 => (x, y) => Smooth(heights, x, y), // water
            5 => (x, y) => Smooth(heights, x, y) > 0.5 ? 1 : 0, // leaves
            6 => (x, y) => (y + shift) % step == 0 || (x + ((y + shift) / step * step)) % (2 * step) == 0 ? 1 : 0, // bricks
            _ => (x, y) => (x + shift) % step / 2 == 0 && (y + shift) % step / 2 == 0 ? 1 : 0, // dots
        };
        return (x, y) => (one * (1 - share(x, y))) + (other * share(x, y));
    }

    /// <summary>Random heights at every seventh pixel, and what lies between them.</summary>
    private static double Smooth(double[] heights, int x, int y)
    {
        const int Spacing = 7;
        var (i, j, u, v) = (x / Spacing, y / Spacing, x % Spacing / (double)Spacing, y % Spacing / (double)Spacing);
        double At(int column, int row) => heights[(6 * row) + column];
        return ((1 - v) * (((1 - u) * At(i, j)) + (u * At(i + 1, j)))) + (v * (((1 - u) * At(i, j + 1)) + (u * At(i + 1, j + 1))));
    }
}

/// <summary>Red, green and blue, 0 to 255.</summary>
internal readonly record struct Color3(double R, double G, double B)
{
    public static Color3 operator +(Color3 a, Color3 b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

    public static Color3 operator *(Color3 a, double factor) => new(a.R * factor, a.G * factor, a.B * factor);

    public static Color3 Of(double hue, double saturation, double lightness)
    {
        return new(Channel(0), Channel(8), Channel(4));

        double Channel(int n)
        {
            var k = (n + (hue * 12) + 12) % 12;
            return 255 * (lightness - (saturation * Math.Min(lightness, 1 - lightness) * Math.Clamp(Math.Min(k - 3, 9 - k), -1, 1)));
        }
    }
}

/// <summary>Random numbers that a name decides: FNV-1a and SplitMix64.</summary>
internal sealed class Draw(string name)
{
    private ulong state = name.Aggregate(14695981039346656037UL, (hash, c) => unchecked((hash ^ c) * 1099511628211UL));

    public double Next()
    {
        var z = unchecked(state += 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public double Between(double low, double high) => low + ((high - low) * Next());
}
