using System.Reflection;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SslFramework.Core.Processors;
using JpegMarkers = SslFramework.Core.Data.Decoding.Jpeg.JpegMarkers;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>
/// Reads GIF, BMP, TGA and JPEG by ImageSharp. It decodes what is there of a file that is cut off and believes every header, so
/// that each file is first found whole and of an allowed size here.
/// </summary>
internal static class SharpReader
{
    private const int MostOfAPixel = 64; // bytes in one piece of memory: the coefficients of a JPEG take 8, floats of them 16
    private const int Least = 4 << 20;

    private static readonly Configuration Settings = new() { MaxDegreeOfParallelism = 1, PreferContiguousImageBuffers = true };

    /// <summary>Its name and version.</summary>
    public static string Name { get; } =
        $"ImageSharp {typeof(Image).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version}";

    /// <summary>Reads the first frame of a GIF.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static StoredImage Gif(ReadOnlySpan<byte> file, DecodeLimit limit) =>
        Read(GifFile.Check(file, limit), new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First }, limit);

    /// <summary>Reads a BMP.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static StoredImage Bmp(ReadOnlySpan<byte> file, DecodeLimit limit) =>
        Read(BmpFile.Check(file, limit), new BmpDecoder(), limit);

    /// <summary>Reads a TGA.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static StoredImage Tga(ReadOnlySpan<byte> file, DecodeLimit limit) =>
        Read(TgaFile.Check(file, limit), new TgaDecoder(), limit);

    /// <summary>Reads a JPEG of any kind whose end marker is there.</summary>
    /// <exception cref="ExperimentException">It is too large or damaged.</exception>
    public static unsafe StoredImage Jpeg(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        var decoder = new JpegDecoder { IgnoreMetadata = true };
        IImageInfo header;
        fixed (byte* first = file)
        {
            using var stream = new UnmanagedMemoryStream(first, file.Length);
            header = Guarded(() => decoder.Identify(With(Least), stream, CancellationToken.None), limit);
        }

        limit.Check(header.Width, header.Height);
        var sound = new SoundFile(file, new ImageSize(header.Height, header.Width)) { Orientation = JpegMarkers.Orientation(file) };
        return Read(sound, decoder, limit);
    }

    private static StoredImage Read(SoundFile file, IImageDecoder decoder, DecodeLimit limit) =>
        file.HasAlpha ? Read<Rgba32>(file, decoder, limit, channels: 4) : Read<Rgb24>(file, decoder, limit, channels: 3);

    private static unsafe StoredImage Read<TPixel>(SoundFile file, IImageDecoder decoder, DecodeLimit limit, int channels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var stored = StoredImage.Rent(file.Size, channels, 8, limit, file.HasAlpha, file.Orientation);
        try
        {
            fixed (byte* first = file.Encoded)
            {
                using var stream = new UnmanagedMemoryStream(first, file.Encoded.Length);
                var memory = With(Math.Max(Least, (long)MostOfAPixel * file.Size.Height * file.Size.Width));
                using var image = Guarded(() => decoder.Decode<TPixel>(memory, stream, CancellationToken.None), limit);
                if ((image.Height, image.Width) != (file.Size.Height, file.Size.Width))
                {
                    throw ImageDecoder.Bad(limit.Name, "it is damaged (its size is not that of its header)");
                }

                var pixels = MemoryMarshal.Cast<byte, TPixel>(stored.Levels);
                for (var y = 0; y < image.Height; y++)
                {
                    image.DangerousGetPixelRowMemory(y).Span.CopyTo(pixels[(y * image.Width)..]);
                }

                return stored;
            }
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    private static Configuration With(long mostBytes)
    {
        var settings = Settings.Clone();
        settings.MemoryAllocator = new BoundedMemory(mostBytes);
        return settings;
    }

    // Whatever it stumbles over is the file's fault: it reads any bytes as if they were sound, and indexes with them.
    private static T Guarded<T>(Func<T> decode, DecodeLimit limit)
    {
        SignalStack.Enlarge(); // for null references
        try
        {
            return decode();
        }
        catch (Exception e) when (e is not ExperimentException and not OutOfMemoryException)
        {
            throw ImageDecoder.Bad(limit.Name, $"it is damaged ({e.Message.TrimEnd('.').ReplaceLineEndings(" ")})");
        }
    }
}
