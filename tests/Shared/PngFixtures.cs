using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SslFramework.Tests;

/// <summary>PNG files of every kind, written by hand.</summary>
public static class PngFixtures
{
    /// <summary>One row of pixels.</summary>
    /// <param name="depth">Bits of a value.</param>
    /// <param name="kind">0 gray, 2 color, 3 palette, 4 gray with alpha, 6 color with alpha.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="row">The row's bytes.</param>
    /// <param name="palette">For kind 3.</param>
    /// <param name="height">More rows than there are make a header that lies.</param>
    public static byte[] Make(byte depth, byte kind, int width, byte[] row, byte[]? palette = null, int height = 1) =>
        File(depth, kind, width, height, [0, .. row], palette); // no filter

    /// <summary>A file of rows that are filtered already.</summary>
    public static byte[] File(
        byte depth, byte kind, int width, int height, byte[] rows, byte[]? palette = null, byte[]? transparency = null, bool interlaced = false)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, kind, interlaced ? (byte)1 : (byte)0);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. transparency is null ? [] : Chunk("tRNS"u8, transparency),
            .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>Random pixels of a kind, in rows with every filter, or in the seven passes of an interlaced file.</summary>
    public static byte[] Noise(byte depth, byte kind, int width, int height, bool interlaced, byte[]? transparency = null)
    {
        var random = new SampleRandom(depth, kind, (ulong)width, (ulong)height);
        var bits = depth * (kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
        var rows = new List<byte>();
        (int X, int Y, int Right, int Down)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        foreach (var pass in passes)
        {
            var columns = (width - pass.X + pass.Right - 1) / pass.Right;
            for (var y = pass.Y; y < height && columns > 0; y += pass.Down)
            {
                rows.Add((byte)random.Next(5));
                for (var i = 0; i < ((columns * bits) + 7) / 8; i++)
                {
                    rows.Add((byte)random.Next(256));
                }
            }
        }

        var palette = new byte[3 << depth % 16];
        for (var i = 0; i < palette.Length; i++)
        {
            palette[i] = (byte)random.Next(256);
        }

        return File(depth, kind, width, height, [.. rows], kind == 3 ? palette : null, transparency, interlaced);
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
