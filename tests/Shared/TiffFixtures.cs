using System.Buffers.Binary;
using System.IO.Compression;

namespace SslFramework.Tests;

/// <summary>TIFF files of every kind that is read, written by hand.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Values of a pixel.</param>
/// <param name="Bits">8 or 16.</param>
public sealed record TiffFixtures(int Height, int Width, int Channels, int Bits)
{
    public bool LittleEndian { get; init; } = true;

    public bool Planar { get; init; }

    /// <summary>Side of a tile; 0 for strips.</summary>
    public int Tile { get; init; }

    /// <summary>Rows of a strip.</summary>
    public int Rows { get; init; } = 5;

    public int Compression { get; init; } = 1;

    public bool Predictor { get; init; }

    /// <summary>Further entries of the directory.</summary>
    public (int Tag, int Value)[] More { get; init; } = [];

    /// <summary>The value of a channel of a pixel of <see cref="File"/>.</summary>
    public Func<int, int, int, int> Value { get; init; } = (y, x, c) => (y * 977) + (x * 131) + (c * 4001);

    /// <summary>All values, row by row, the channels of a pixel together.</summary>
    public int[] Values =>
        [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) from c in Enumerable.Range(0, Channels) select At(y, x, c)];

    /// <summary>The file's bytes.</summary>
    public byte[] File()
    {
        var (height, width) = Tile > 0 ? (Tile, Tile) : (Rows, Width);
        var parts = new List<byte[]>();
        foreach (var plane in Planar ? Enumerable.Range(0, Channels) : [-1])
        {
            for (var top = 0; top < Height; top += height)
            {
                for (var left = 0; left < Width; left += width)
                {
                    parts.Add(Pack(Part(plane, top, left, Tile > 0 ? height : Math.Min(height, Height - top), width)));
                }
            }
        }

        var offsets = new int[parts.Count];
        var content = new List<byte>();
        for (var i = 0; i < parts.Count; i++)
        {
            offsets[i] = 8 + content.Count;
            content.AddRange(parts[i]);
        }

        int[] lengths = [.. parts.Select(part => part.Length)];
        List<(int Tag, int[] Values)> entries =
        [
            (256, [Width]), (257, [Height]), (258, [.. Enumerable.Repeat(Bits, Channels)]), (259, [Compression]), (262, [Channels >= 3 ? 2 : 1]),
            (277, [Channels]), (284, [Planar ? 2 : 1]), (317, [Predictor ? 2 : 1]),
            .. Tile > 0 ? [(322, [Tile]), (323, [Tile]), (324, offsets), (325, lengths)] : new (int, int[])[] { (273, offsets), (278, [Rows]), (279, lengths) },
        ];
        foreach (var (tag, value) in More)
        {
            entries.RemoveAll(entry => entry.Tag == tag);
            entries.Add((tag, [value]));
        }

        return [.. LittleEndian ? "II*\0"u8 : "MM\0*"u8, .. Number(8 + content.Count, 4), .. content, .. Directory(entries, 8 + content.Count)];
    }

    private byte[] Directory(List<(int Tag, int[] Values)> entries, int start)
    {
        var after = start + 2 + (12 * entries.Count) + 4;
        var (directory, values) = (new List<byte>(Number(entries.Count, 2)), new List<byte>());
        foreach (var (tag, numbers) in entries.OrderBy(entry => entry.Tag))
        {
            directory.AddRange([.. Number(tag, 2), .. Number(4, 2), .. Number(numbers.Length, 4)]);
            directory.AddRange(Number(numbers.Length == 1 ? numbers[0] : after + values.Count, 4));
            values.AddRange(numbers.Length == 1 ? [] : numbers.SelectMany(number => Number(number, 4)));
        }

        return [.. directory, 0, 0, 0, 0, .. values];
    }

    private int At(int y, int x, int c) => Value(y, x, c) & ((1 << Bits) - 1);

    private byte[] Part(int plane, int top, int left, int height, int width)
    {
        var part = new List<byte>();
        int[] channels = plane < 0 ? [.. Enumerable.Range(0, Channels)] : [plane];
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                foreach (var c in channels)
                {
                    var value = y < Height && x < Width ? At(y, x, c) : 7;
                    var before = x == left || !Predictor ? 0 : y < Height && x - 1 < Width ? At(y, x - 1, c) : 7;
                    part.AddRange(Number((value - before) & ((1 << Bits) - 1), Bits / 8));
                }
            }
        }

        return [.. part];
    }

    private byte[] Number(int number, int bytes)
    {
        var four = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, number);
        var some = four[..bytes];
        if (!LittleEndian)
        {
            Array.Reverse(some);
        }

        return some;
    }

    private byte[] Pack(byte[] part)
    {
        using var packed = new MemoryStream();
        switch (Compression)
        {
            case 8:
                using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                {
                    zlib.Write(part);
                }

                return packed.ToArray();
            case 32773:
                for (var i = 0; i < part.Length; i += 100)
                {
                    var some = part[i..Math.Min(i + 100, part.Length)];
                    packed.Write(some.Length > 1 && some.All(b => b == some[0]) ? [(byte)(1 - some.Length), some[0]] : [(byte)(some.Length - 1), .. some]);
                }

                return packed.ToArray();
            case 5:
                return Lzw(part);
            default:
                return part;
        }
    }

    /// <summary>The compression of the specification, word for word.</summary>
    private static byte[] Lzw(byte[] part)
    {
        var (bits, table) = (new List<bool>(), new Dictionary<string, int>());
        var (width, next) = (9, 258);
        void Put(int code)
        {
            for (var bit = width - 1; bit >= 0; bit--)
            {
                bits.Add((code >> bit & 1) == 1);
            }
        }

        int Code(string run) => run.Length == 1 ? run[0] : table[run];
        Put(256);
        var prefix = "";
        foreach (var b in part)
        {
            var longer = prefix + (char)b;
            if (longer.Length == 1 || table.ContainsKey(longer))
            {
                prefix = longer;
                continue;
            }

            Put(Code(prefix));
            table[longer] = next++;
            prefix = "" + (char)b;
            if (next == 4095)
            {
                Put(256);
                table.Clear();
                (width, next) = (9, 258);
            }
            else if (next is 512 or 1024 or 2048)
            {
                width++;
            }
        }

        Put(Code(prefix));
        Put(257);
        return [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit ? 128 >> i : 0).Sum())];
    }
}
