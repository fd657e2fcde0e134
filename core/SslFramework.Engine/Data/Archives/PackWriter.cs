using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Data;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>Makes packs. Every image is decoded on the way, and those that cannot be used are left out.</summary>
internal static class PackWriter
{
    private static readonly int Chunk = 4 * Environment.ProcessorCount; // images in memory at a time

    /// <summary>Packs a source into one file, which is written in full or not at all.</summary>
    /// <param name="source">The images.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="shorterSide">
    /// If given, images are decoded, larger ones shrunk to this many pixels on the shorter side (bilinear, antialiased), and held as
    /// pixels. If null, files are held as they are, and images of a source without files as pixels.
    /// </param>
    /// <param name="progress">Receives the number of images that have been visited.</param>
    /// <returns>The images that were left out.</returns>
    /// <exception cref="ExperimentException">No image can be used, or writing failed.</exception>
    public static IReadOnlyList<BadImage> Write(IDataSource source, string path, int? shorterSide, Action<int>? progress = null)
    {
        var files = shorterSide is null ? EncodedFiles.Of(source) : null;
        var images = new List<PackedImage>();
        var bad = new List<BadImage>();
        var bits = 0; // of all images
        EnsureIndexFits(
            source.Count, Enumerable.Range(0, source.Count).Sum(i => (long)Encoding.UTF8.GetByteCount(ImageName.Of(source, i))));
        DurableFile.Write(path, stream =>
        {
            stream.Write(PackFile.Header(0, 0)); // reserves the room
            for (var first = 0; first < source.Count; first += Chunk)
            {
                foreach (var (image, bytes, reason) in Prepare(source, files, first, Math.Min(Chunk, source.Count - first), shorterSide))
                {
                    if (reason is not null)
                    {
                        bad.Add(reason);
                        continue;
                    }

                    bits = bits == 0 || files is not null || bits == image!.Bits ? image!.Bits : throw new ExperimentException(
                        FailureKind.Data,
                        $"The images are partly of 8 and partly of 16 bits, and a pack holds those of one depth: '{image.Name}' has "
                        + $"{image.Bits}; set \"depth\" of the data source.");
                    Align(stream);
                    images.Add(image! with { Offset = stream.Position });
                    stream.Write(bytes);
                }

                progress?.Invoke(Math.Min(first + Chunk, source.Count));
            }

            if (images.Count == 0)
            {
                throw new ExperimentException(
                    FailureKind.Data, $"None of the {source.Count} images can be used, so there is nothing to pack. {bad[0].Reason}");
            }

            Align(stream);
            var indexOffset = stream.Position;
            var writer = new IndexWriter(stream);
            var pixels = bits == 8 ? PackedAs.Pixels : PackedAs.DeepPixels;
            new PackIndex(files is null ? pixels : PackedAs.Files, source.Classes, images).Write(writer);
            stream.Position = 0;
            stream.Write(PackFile.Header(indexOffset, writer.Length));
        });
        return bad;
    }

    /// <summary>Refuses at the start what no reader would accept in the end.</summary>
    /// <exception cref="ExperimentException">The index of so many images would be larger than a reader takes.</exception>
    private static void EnsureIndexFits(long images, long nameBytes)
    {
        var length = (images * PackIndex.BytesPerImage) + nameBytes;
        if (length > PackFile.LongestIndex)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"The index of {images:N0} images would have {length >> 20:N0} MB, and a pack's may have {PackFile.LongestIndex >> 20:N0}: "
                + "pack parts of them, a folder or some shards each, into packs of their own.");
        }
    }

    private static (PackedImage? Image, byte[] Bytes, BadImage? Bad)[] Prepare(
        IDataSource source, IEncodedSource? files, int first, int count, int? shorterSide)
    {
        var made = new (PackedImage?, byte[], BadImage?)[count];
        EveryImage.Visit(count, () => (Pixels: new PixelBuffer(), Scratch: new ViewScratch()), (i, own) =>
        {
            var index = first + i;
            try
            {
                source.Read(index, own.Pixels);
                var image = own.Pixels.Image;
                var size = shorterSide is { } side ? Shrunk(image, side) : new ImageSize(image.Height, image.Width);
                var bytes = files?.Encoded(index) ?? Resize(image, size, own.Scratch);
                var (name, label, hash) = (ImageName.Of(source, index), source.Label(index), XxHash3.HashToUInt64(bytes));
                var packed = new PackedImage(name, label, size, (byte)image.Channels, 0, bytes.Length, hash);
                made[i] = (packed with { Bits = image.BitsPerChannel }, bytes, null);
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Data)
            {
                made[i] = (null, [], new BadImage(index, e.Message));
            }
        });
        return made;
    }

    private static ImageSize Shrunk(ImagePixels image, int side)
    {
        var shorter = Math.Min(image.Height, image.Width);
        return shorter <= side ? new ImageSize(image.Height, image.Width) : new ImageSize(
            Math.Max(1, (int)Math.Round((double)image.Height * side / shorter)),
            Math.Max(1, (int)Math.Round((double)image.Width * side / shorter)));
    }

    private static byte[] Resize(ImagePixels image, ImageSize size, ViewScratch scratch)
    {
        if ((size.Height, size.Width) == (image.Height, image.Width))
        {
            return image.Bytes.ToArray();
        }

        var area = size.Height * size.Width;
        var planes = new float[area * image.Channels]; // [C, H, W]
        var view = new ViewImage(image, scratch, planes);
        view.Resample(new PixelBox(0, 0, image.Height, image.Width), size, Interpolation.Bilinear);
        view.Finish();
        var pixels = new byte[planes.Length * image.BitsPerChannel / 8];
        var values = MemoryMarshal.Cast<byte, ushort>(pixels.AsSpan());
        for (var i = 0; i < planes.Length; i++)
        {
            var value = (int)((planes[(i % image.Channels * area) + (i / image.Channels)] * image.White) + 0.5f);
            if (image.BitsPerChannel == 8)
            {
                pixels[i] = (byte)value;
            }
            else
            {
                values[i] = (ushort)value;
            }
        }

        return pixels;
    }

    private static void Align(Stream stream)
    {
        var rest = (int)(stream.Position % PackFile.Alignment);
        if (rest > 0)
        {
            stream.Write(new byte[PackFile.Alignment - rest]);
        }
    }
}
