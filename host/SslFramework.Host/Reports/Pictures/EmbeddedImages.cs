using SkiaSharp;
using SslFramework.Engine.Data;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plans;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Some test images: their features, classes and thumbnails.</summary>
internal sealed class EmbeddedImages
{
    /// <summary>Thumbnails in a row of the sprite.</summary>
    public const int PerRow = 32;

    private const int SmallestSide = 16;
    private const int LargestSide = 64;
    private const int Most = 1000;
    private const int BatchSize = 50;
    private const long Budget = 200_000_000_000; // floating-point operations, some seconds on two cores: a large network shows fewer images
    private const long OfAPixel = 500; // operations that take as long as decoding one
    private long pixelsRead;

    /// <summary>Width and height of a thumbnail.</summary>
    public required int Side { get; init; }

    /// <summary>Feature vectors, one an image.</summary>
    public List<float[]> Features { get; } = [];

    /// <summary>Class of each image, or 0 where there is none.</summary>
    public List<int> Labels { get; } = [];

    /// <summary>Names of the classes.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>All thumbnails in one WebP picture.</summary>
    public byte[] Sprite { get; private set; } = [];

    /// <summary>Name of an image's class; empty if it has none.</summary>
    public string ClassOf(int index) => Labels[index] < Classes.Count ? Classes[Labels[index]] : "";

    /// <summary>Where an image's thumbnail lies in the sprite, for CSS.</summary>
    public string At(int index) => $"-{index % PerRow * Side}px -{index / PerRow * Side}px";

    /// <summary>The same as PNG.</summary>
    public byte[] SpritePng()
    {
        using var bitmap = SKBitmap.Decode(Sprite);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>
    /// Draws images of the evaluation's test part without order, and embeds them: as many as a fixed amount of work allows, so that a
    /// report shows the same ones on a busy machine.
    /// </summary>
    public static EmbeddedImages Read(EvaluationConfig evaluation, ExperimentParts parts, long seed)
    {
        var source = parts.Components.Create(evaluation.Test);
        var transform = EvaluationImages.Transform(
            evaluation.Transform, parts.Components, parts.Source, parts.Source.Size == source.Size ? source.Size : null);
        var order = SampleOrder.Shuffled(seed, 0, source.Count).Take(Most).ToArray();
        var images =
            new EmbeddedImages { Classes = source.Classes, Side = Math.Clamp(transform.Views[0].Height, SmallestSide, LargestSide) };
        using var bitmap = new SKBitmap(
            PerRow * images.Side, (order.Length + PerRow - 1) / PerRow * images.Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            parts.Backbone.Module.eval();
            using var flops = new FlopCounter(parts.Backbone.Module) { OfEvaluation = true };
            foreach (var batch in order.Chunk(BatchSize).TakeWhile(_ => flops.Forward + (OfAPixel * images.pixelsRead) < Budget))
            {
                images.Add(batch, source, transform, parts, canvas);
            }
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Webp, 90);
        images.Sprite = encoded.ToArray();
        return images;
    }

    private void Add(int[] indices, IDataSource source, IAugmentation transform, ExperimentParts parts, SKCanvas canvas)
    {
        using var scope = torch.NewDisposeScope();
        using var gradient = torch.no_grad();
        var shape = transform.Views[0];
        var pixels = new List<float[]>();
        var buffer = new PixelBuffer();
        foreach (var index in indices)
        {
            try
            {
                source.Read(index, buffer);
            }
            catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
            {
                continue;
            }

            pixelsRead += (long)buffer.Image.Width * buffer.Image.Height;
            var place = Labels.Count;
            using var picture = Picture.Of(buffer.Image);
            DrawMiddle(canvas, picture, SKRect.Create(place % PerRow * Side, place / PerRow * Side, Side, Side));
            var view = new float[shape.Length];
            transform.Apply(buffer.Image, 0, new SampleRandom(0, 0, (ulong)index, 0), view);
            pixels.Add(view);
            Labels.Add(source.Label(index) ?? 0);
        }

        if (pixels.Count == 0)
        {
            return;
        }

        var batch = torch.tensor(pixels.SelectMany(view => view).ToArray(), [pixels.Count, shape.Channels, shape.Height, shape.Width])
            .to(parts.Device);
        var features = parts.Backbone.Forward(batch).to(torch.float32).cpu().contiguous(); // [n, D]
        Features.AddRange(features.data<float>().ToArray().Chunk((int)features.shape[1]));
    }

    /// <summary>The largest square in the middle: edges beside it would look like a part of the image.</summary>
    private static void DrawMiddle(SKCanvas canvas, SKBitmap picture, SKRect place)
    {
        var side = Math.Min(picture.Width, picture.Height);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(
            image,
            SKRect.Create((picture.Width - side) / 2, (picture.Height - side) / 2, side, side),
            place,
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
    }
}
