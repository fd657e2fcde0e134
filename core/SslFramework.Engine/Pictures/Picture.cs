using SkiaSharp;
using SslFramework.Core.Storage;

namespace SslFramework.Engine.Pictures;

/// <summary>The elements of drawings: images of a source or of views, and PNG files.</summary>
internal static class Picture
{
    private const int LossyQuality = 85;
    private const float TextSize = 13;
    private const int SmallCell = 160;
    private const int LargeCell = 224;
    private static readonly SKPngEncoderOptions Smallest = new(SKPngEncoderFilterFlags.AllFilters, 9);

    /// <summary>
    /// Colors for up to eight things, distinguishable for color-blind readers too. Okabe and Ito 2008, https://jfly.uni-koeln.de/color
    /// </summary>
    public static IReadOnlyList<SKColor> Colors { get; } =
    [
        new(0xE6, 0x9F, 0x00), new(0x56, 0xB4, 0xE9), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7),
        new(0xD5, 0x5E, 0x00), new(0x00, 0x72, 0xB2), new(0xF0, 0xE4, 0x42), new(0x44, 0x44, 0x44),
    ];

    // Skia may answer "sans-serif" with a serif font.
    private static readonly SKTypeface Typeface =
        new[] { "DejaVu Sans", "Liberation Sans", "Noto Sans", "Helvetica", "Arial" }
            .Select(SKFontManager.Default.MatchFamily).FirstOrDefault(found => found is not null) ?? SKTypeface.Default;

    /// <summary>A decoded image as a bitmap.</summary>
    public static SKBitmap Of(ImagePixels image)
    {
        var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var target = bitmap.GetPixelSpan();
        for (var i = 0; i < image.Height * image.Width; i++)
        {
            var (red, step) = (i * image.Channels, Step(image.Channels));
            SetPixel(target[(4 * i)..], Level(image, red), Level(image, red + step), Level(image, red + (2 * step)));
        }

        return bitmap;
    }

    /// <summary>A view as a bitmap.</summary>
    /// <param name="pixels">float32 [C, H, W] in [0, 1]; values beyond are clipped.</param>
    /// <param name="shape">C, H and W.</param>
    public static SKBitmap Of(ReadOnlySpan<float> pixels, ViewShape shape)
    {
        var bitmap = new SKBitmap(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var target = bitmap.GetPixelSpan();
        var area = shape.Height * shape.Width;
        for (var i = 0; i < area; i++)
        {
            SetPixel(
                target[(4 * i)..],
                Level(pixels[i]),
                Level(pixels[i + (Step(shape.Channels) * area)]),
                Level(pixels[i + (2 * Step(shape.Channels) * area)]));
        }

        return bitmap;
    }

    /// <summary>A picture of a figure as a bitmap.</summary>
    /// <param name="pixels">uint8 [C, H, W].</param>
    public static SKBitmap Of(Tensor pixels)
    {
        using var chw = pixels.cpu().to(float32).div(255).contiguous();
        return Of(chw.data<float>().ToArray(), new ViewShape((int)pixels.shape[0], (int)pixels.shape[1], (int)pixels.shape[2]));
    }

    // From red to green and on to blue: of many channels the first three are shown, and of fewer the first, as gray.
    private static int Step(int channels) => channels >= 3 ? 1 : 0;

    private static byte Level(ImagePixels image, int i) =>
        image.BitsPerChannel == 8 ? image.Pixels[i] : (byte)(((image.DeepPixels[i] * 255) + 32767) / 65535);

    /// <summary>Draws a picture and writes it as a PNG file.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public static void Write(string path, int width, int height, Action<SKCanvas> draw)
    {
        var png = Encode(width, height, SKEncodedImageFormat.Png, draw);
        DurableFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Draws a picture on white and returns the bytes of a file.</summary>
    public static byte[] Encode(int width, int height, SKEncodedImageFormat format, Action<SKCanvas> draw)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            draw(canvas);
        }

        using var pixels = bitmap.PeekPixels();
        using var encoded = format == SKEncodedImageFormat.Png ? pixels.Encode(Smallest) : pixels.Encode(format, LossyQuality);
        return encoded!.ToArray();
    }

    /// <summary>
    /// Side of the square in which pictures of this many pixels are drawn: small pictures get several whole pixels per pixel.
    /// </summary>
    public static int Cell(int side) => side < SmallCell ? side * ((SmallCell + side - 1) / side) : Math.Min(side, LargeCell);

    /// <summary>Draws a bitmap as large as fits into a square, centered, and returns where it is.</summary>
    public static SKRect Draw(SKCanvas canvas, SKBitmap bitmap, float left, float top, float side)
    {
        var scale = side / Math.Max(bitmap.Width, bitmap.Height);
        var (width, height) = (bitmap.Width * scale, bitmap.Height * scale);
        var place = SKRect.Create(left + ((side - width) / 2), top + ((side - height) / 2), width, height);
        using var image = SKImage.FromBitmap(bitmap);

        // Small images are shown pixel by pixel, without smoothing.
        canvas.DrawImage(
            image,
            place,
            scale >= 2 ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return place;
    }

    /// <summary>Breaks a text into lines that are no wider than this many pixels, unless a single word is.</summary>
    public static IReadOnlyList<string> Lines(string text, float width, float size = TextSize)
    {
        using var font = new SKFont(Typeface, size);
        var lines = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && font.MeasureText($"{lines[^1]} {word}") <= width)
            {
                lines[^1] += $" {word}";
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    /// <summary>Draws a line of text, if the system has a font.</summary>
    public static void Text(SKCanvas canvas, string text, float left, float baseline, float size = TextSize, SKColor? color = null)
    {
        using var font = new SKFont(Typeface, size);
        using var paint = new SKPaint { Color = color ?? new SKColor(0x33, 0x33, 0x33), IsAntialias = true };
        canvas.DrawText(text, left, baseline, font, paint);
    }

    private static byte Level(float value) => (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5f);

    private static void SetPixel(Span<byte> rgba, byte red, byte green, byte blue) =>
        (rgba[0], rgba[1], rgba[2], rgba[3]) = (red, green, blue, 255);
}
