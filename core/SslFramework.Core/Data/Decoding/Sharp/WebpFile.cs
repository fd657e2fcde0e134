using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>
/// Finds a WebP whole. Its chunks must lie inside the file; ImageSharp knows no animation, so that the first frame of one is made
/// a file of its own. https://developers.google.com/speed/webp/docs/riff_container
/// </summary>
internal static class WebpFile
{
    private const int Frame = 8; // name and length of a chunk
    private const int FrameOfAnimation = 16; // place, size, time and flags of a frame

    /// <summary>Whether a file begins as a WebP.</summary>
    public static bool IsWebp(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <summary>Checks a file.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static SoundFile Check(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        var end = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L;
        if (end > file.Length)
        {
            throw ImageDecoder.Bad(limit.Name, "it is truncated");
        }

        file = file[..(int)end];
        var (orientation, canvas) = (ExifOrientation.Upright, default(ImageSize));
        var (found, hasAlpha) = (default(ImageSize), false);
        var picture = file;
        for (var rest = file[12..]; rest.Length >= Frame;)
        {
            var name = rest[..4];
            var content = Content(rest, limit);
            if (name.SequenceEqual("VP8X"u8) && content.Length >= 10)
            {
                canvas = new ImageSize(1 + Int24(content[7..]), 1 + Int24(content[4..]));
                limit.Check(canvas.Width, canvas.Height);
            }
            else if (name.SequenceEqual("EXIF"u8))
            {
                orientation = ExifOrientation.Read(content.StartsWith("Exif\0\0"u8) ? content[6..] : content);
            }
            else if (found == default && name.SequenceEqual("ANMF"u8) && content.Length > FrameOfAnimation)
            {
                picture = Still(content[FrameOfAnimation..], new ImageSize(1 + Int24(content[9..]), 1 + Int24(content[6..])));
                var alone = Check(picture, limit);
                (found, hasAlpha) = (alone.Size, alone.HasAlpha);
            }
            else if (found == default && Size(name, content) is { } size)
            {
                limit.Check(size.Width, size.Height);
                found = size;
                hasAlpha |= name.SequenceEqual("VP8L"u8) && (content[4] & 0x10) != 0;
            }
            else
            {
                hasAlpha |= found == default && name.SequenceEqual("ALPH"u8);
            }

            rest = rest[Math.Min(rest.Length, Frame + content.Length + (content.Length & 1))..];
        }

        return found == default ? throw ImageDecoder.Bad(limit.Name, "it is damaged (there is no picture in it)")
            : new SoundFile(picture, found) { Orientation = orientation, HasAlpha = hasAlpha };
    }

    // A frame's chunks as a file.
    private static byte[] Still(ReadOnlySpan<byte> chunks, ImageSize size)
    {
        const int head = 30; // RIFF, WEBP and VP8X
        var file = new byte[head + chunks.Length];
        "RIFF____WEBPVP8X"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - Frame);
        file[16] = 10;
        file[20] = chunks.StartsWith("ALPH"u8) || chunks.StartsWith("VP8L"u8) ? (byte)0x10 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), size.Width - 1);
        file[27] = (byte)(size.Height - 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), (short)((size.Height - 1) >> 8));
        chunks.CopyTo(file.AsSpan(head));
        return file;
    }

    private static ImageSize? Size(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        if (name.SequenceEqual("VP8 "u8) && content.Length >= 10 && content[3..].StartsWith<byte>([0x9D, 0x01, 0x2A]))
        {
            var width = BinaryPrimitives.ReadUInt16LittleEndian(content[6..]);
            var height = BinaryPrimitives.ReadUInt16LittleEndian(content[8..]);
            return new ImageSize(height & 0x3FFF, width & 0x3FFF);
        }

        if (name.SequenceEqual("VP8L"u8) && content.Length >= 5 && content[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
            return new ImageSize((int)((bits >> 14) & 0x3FFF) + 1, (int)(bits & 0x3FFF) + 1);
        }

        return null;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> chunk, DecodeLimit limit)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        return length <= chunk.Length - Frame
            ? chunk.Slice(Frame, (int)length)
            : throw ImageDecoder.Bad(limit.Name, "it is truncated or damaged (a part of it reaches beyond its end)");
    }

    private static int Int24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
