using SkiaSharp;
using SslFramework.Core.Augmentations;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Pictures;

/// <summary>Images and the views made from them, one row per image: the image with the part that each view shows, then the views.</summary>
/// <param name="source">The images.</param>
/// <param name="augmentation">Makes the views, with values in [0, 1].</param>
/// <param name="seed">The run's seed: the views are those of its first epoch.</param>
internal sealed class ViewSheet(IDataSource source, IAugmentation augmentation, long seed)
{
    private const int Gap = 10;
    private const int Title = 24;
    private readonly BadImages images = new(source, 0.5);
    private readonly int cell = augmentation.Views.Max(view => Picture.Cell(Math.Max(view.Height, view.Width)));

    /// <summary>Draws a page of <paramref name="count"/> images, evenly spaced over the source.</summary>
    /// <exception cref="ExperimentException">The file cannot be written, or half of the images cannot be used.</exception>
    public void Write(string path, int count)
    {
        var (width, height) = Size(count);
        Picture.Write(path, width, height, canvas => Draw(canvas, count));
    }

    /// <summary>Draws the same page as a WebP file, for a report.</summary>
    /// <exception cref="ExperimentException">Half of the images cannot be used.</exception>
    public byte[] Encode(int count)
    {
        var (width, height) = Size(count);
        return Picture.Encode(width, height, SKEncodedImageFormat.Webp, canvas => Draw(canvas, count));
    }

    private (int Width, int Height) Size(int count) =>
        (((augmentation.Views.Count + 1) * (cell + Gap)) + Gap, Title + (count * (cell + Gap)) + Gap);

    private void Draw(SKCanvas canvas, int count)
    {
        var views = augmentation.Views;
        Picture.Text(canvas, "image", Gap, Title - 6);
        for (var view = 0; view < views.Count; view++)
        {
            Picture.Text(
                canvas, $"view {view + 1}, {views[view].Width} × {views[view].Height}", Gap + ((view + 1) * (cell + Gap)), Title - 6);
        }

        for (var i = 0; i < count; i++)
        {
            DrawRow(canvas, (int)((long)i * source.Count / count), Title + Gap + (i * (cell + Gap)));
        }
    }

    private void DrawRow(SKCanvas canvas, int sample, float top)
    {
        var buffer = new PixelBuffer();
        images.Read(sample, seed, 0, buffer);
        using var original = Picture.Of(buffer.Image);
        var place = Picture.Draw(canvas, original, Gap, top, cell);
        for (var view = 0; view < augmentation.Views.Count; view++)
        {
            var shape = augmentation.Views[view];
            var pixels = new float[shape.Length];
            var random = new SampleRandom(unchecked((ulong)seed), 0, (ulong)sample, (ulong)view);
            using var frame = new SKPaint { Color = ColorOf(view), Style = SKPaintStyle.Stroke, StrokeWidth = 2.5f, IsAntialias = true };
            if (augmentation is RecipeAugmentation recipe)
            {
                var region = recipe.Trace(buffer.Image, view, random, pixels);
                var scale = place.Width / buffer.Width;
                canvas.Save();
                canvas.ClipRect(SKRect.Create(Gap - 2, top - 2, cell + 4, cell + 4)); // a box may reach beyond the image
                canvas.DrawRect(
                    place.Left + (scale * (float)region.Left), place.Top + (scale * (float)region.Top),
                    scale * (float)region.Width, scale * (float)region.Height, frame);
                canvas.Restore();
            }
            else
            {
                augmentation.Apply(buffer.Image, view, random, pixels);
            }

            using var shown = Picture.Of(pixels, shape);
            var drawn = Picture.Draw(canvas, shown, Gap + ((view + 1) * (cell + Gap)), top, cell);
            canvas.DrawRect(drawn, frame);
        }
    }

    private static SKColor ColorOf(int view) => Picture.Colors[view % Picture.Colors.Count];
}
