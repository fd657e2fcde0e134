using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SslFramework.Tests.Core.Data.Decoding;

/// <summary>PNG files of every kind, written by hand.</summary>
internal static class PngFixtures
{
    /// <summary>One row of pixels.</summary>
    /// <param name="depth">Bits of a value.</param>
    /// <param name="kind">0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="row">The row's bytes.</param>
    /// <param name="palette">For kind 3.</param>
    /// <param name="height">More rows than there are make a header that lies.</param>
    public static byte[] Make(byte depth, byte kind, int width, byte[] row, byte[]? palette = null, int height = 1)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, kind);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write([0, .. row]); // no filter
        }

        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>A chunk with its length and checksum.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }
}
