using SkiaSharp;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Pictures;

/// <summary>
/// Histograms of the pixel intensities of crops of two images, one row per image and one curve per crop, without color distortion
/// on the left and with it on the right. If the curves of an image coincide and those of the other image lie
/// elsewhere, a network can distinguish images by their colors alone: SimCLR's argument for color distortion (its figure 6).
/// Chen et al. 2020, https://arxiv.org/abs/2002.05709
/// </summary>
/// <param name="source">The images.</param>
/// <param name="plain">Makes crops whose colors are unchanged, with values in [0, 1]; the first view counts.</param>
/// <param name="distorted">Makes the same crops with color distortion.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class IntensityHistograms(IDataSource source, IAugmentation plain, IAugmentation distorted, long seed)
{
    private const int Crops = 6;
    private const int Bins = 64;
    private const int Width = 420;
    private const int Height = 200;
    private const int Gap = 16;
    private const int Thumbnail = 150;
    private const int Title = 26;
    private readonly BadImages images = new(source, 0.5);

    /// <summary>Draws the page for two images.</summary>
    /// <exception cref="ExperimentException">The file cannot be written, or half of the images cannot be used.</exception>
    public void Write(string path, int first, int second)
    {
        const int Left = Gap + Thumbnail + Gap;
        Picture.Write(path, Left + (2 * (Width + Gap)), Title + (2 * (Height + Gap)) + Gap, canvas =>
        {
            Picture.Text(canvas, "without color distortion", Left, Title - 4);
            Picture.Text(canvas, "with color distortion", Left + Width + Gap, Title - 4);
            foreach (var (row, sample) in new[] { first, second }.Index())
            {
                var top = Title + Gap + (row * (Height + Gap));
                var buffer = new PixelBuffer();
                images.Read(sample, seed, 0, buffer);
                using var bitmap = Picture.Of(buffer.Image);
                Picture.Draw(canvas, bitmap, Gap, top + ((Height - Thumbnail) / 2), Thumbnail);
                DrawPlot(canvas, plain, buffer.Image, sample, Left, top);
                DrawPlot(canvas, distorted, buffer.Image, sample, Left + Width + Gap, top);
            }
        });
    }

    /// <summary>The share of values in each of <paramref name="bins"/> equal parts of [0, 1].</summary>
    public static double[] Histogram(ReadOnlySpan<float> values, int bins)
    {
        var shares = new double[bins];
        foreach (var value in values)
        {
            shares[Math.Clamp((int)(value * bins), 0, bins - 1)] += 1.0 / values.Length;
        }

        return shares;
    }

    private void DrawPlot(SKCanvas canvas, IAugmentation augmentation, ImagePixels image, int sample, float left, float top)
    {
        var pixels = new float[augmentation.Views[0].Length];
        var curves = new List<double[]>();
        for (var crop = 0; crop < Crops; crop++)
        {
            // Other epochs draw other crops of the same view.
            augmentation.Apply(image, 0, new SampleRandom(unchecked((ulong)seed), (ulong)crop, (ulong)sample, 0), pixels);
            curves.Add(Histogram(pixels, Bins));
        }

        using var axis = new SKPaint { Color = new SKColor(0xBB, 0xBB, 0xBB), Style = SKPaintStyle.Stroke };
        canvas.DrawRect(left, top, Width, Height, axis);

        // Pure black and white pile up in single bins, and so does a flat crop: they may leave the plot so that the rest is visible.
        var highest = 1.4 * curves.Select(curve => curve[1..^1].Max()).Order().ElementAt(Crops / 2);
        canvas.Save();
        canvas.ClipRect(SKRect.Create(left, top, Width, Height));
        foreach (var (crop, curve) in curves.Index())
        {
            using var line =
                new SKPaint { Color = Picture.Colors[crop], Style = SKPaintStyle.Stroke, StrokeWidth = 1.8f, IsAntialias = true };
            using var shape = new SKPath();
            for (var bin = 0; bin < Bins; bin++)
            {
                var (x, y) =
                    (left + ((bin + 0.5f) * Width / Bins), top + Height - (float)(curve[bin] / Math.Max(highest, 1e-9) * (Height - 12)));
                if (bin == 0)
                {
                    shape.MoveTo(x, y);
                }
                else
                {
                    shape.LineTo(x, y);
                }
            }

            canvas.DrawPath(shape, line);
        }

        canvas.Restore();
        Picture.Text(canvas, "0", left, top + Height + 13, 11);
        Picture.Text(canvas, "1", left + Width - 7, top + Height + 13, 11);
    }
}
