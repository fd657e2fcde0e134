using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Tables that segments define and scans use (ITU-T T.81, B.2.4).</summary>
internal sealed class JpegTables
{
    private const int Most = 4;
    private const int BlockSize = 64;

    // Place of a coefficient in its block, row by row, in the order of the file. A run of zeros may lead beyond the end: to the last.
    private static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    ];

    private readonly short[]?[] quantization = new short[]?[Most];
    private readonly bool[] isDefined = new bool[Most];

    /// <summary>For DC coefficients.</summary>
    public HuffmanTable[] Dc { get; } = [new(ofDc: true), new(ofDc: true), new(ofDc: true), new(ofDc: true)];

    /// <summary>For AC coefficients.</summary>
    public HuffmanTable[] Ac { get; } = [new(ofDc: false), new(ofDc: false), new(ofDc: false), new(ofDc: false)];

    /// <summary>Units between restarts; 0 if there are none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>The places of coefficients in a block, one of so many that lie together row by row.</summary>
    public static byte[] Order(int lanes) => [.. ZigZag.Select(place => (byte)((place / 8 * 8 * lanes) + (place % 8)))];

    /// <summary>A new file begins.</summary>
    public void Forget()
    {
        isDefined.AsSpan().Clear();
        RestartInterval = 0;
        for (var i = 0; i < Most; i++)
        {
            Dc[i].Forget();
            Ac[i].Forget();
        }
    }

    /// <summary>The quantization table of a number, row by row.</summary>
    /// <exception cref="JpegDamageException">There is none.</exception>
    public ReadOnlySpan<short> Quantization(int number) =>
        number < Most && isDefined[number] ? quantization[number] : throw new JpegDamageException("a quantization table is missing");

    /// <summary>Reads a segment of quantization tables.</summary>
    /// <exception cref="JpegDamageException">It is not one.</exception>
    public void DefineQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var (number, size) = (segment[0] & 15, segment[0] >> 4 == 0 ? 1 : 2);
            if (number >= Most || segment.Length < 1 + (size * BlockSize))
            {
                throw new JpegDamageException("bogus quantization table");
            }

            var table = quantization[number] ??= new short[BlockSize];
            isDefined[number] = true;
            segment = segment[1..];
            for (var i = 0; i < BlockSize; i++, segment = segment[size..])
            {
                table[ZigZag[i]] = size == 1 ? segment[0] : BinaryPrimitives.ReadInt16BigEndian(segment);
            }
        }
    }

    /// <summary>Reads a segment of Huffman tables.</summary>
    /// <exception cref="JpegDamageException">It is not one.</exception>
    public void DefineHuffman(ReadOnlySpan<byte> segment)
    {
        const int lengths = 16;
        while (!segment.IsEmpty)
        {
            var symbols = 0;
            for (var i = 1; i <= Math.Min(lengths, segment.Length - 1); i++)
            {
                symbols += segment[i];
            }

            var number = segment[0] & ~16;
            if (number >= Most || symbols > 256 || segment.Length < 1 + lengths + symbols)
            {
                throw new JpegDamageException("bogus Huffman table");
            }

            var table = ((segment[0] & 16) == 0 ? Dc : Ac)[number];
            table.Define(segment.Slice(1, lengths), segment.Slice(1 + lengths, symbols));
            segment = segment[(1 + lengths + symbols)..];
        }
    }

    /// <summary>Takes the usual Huffman tables for those that the file has not defined.</summary>
    public void CompleteHuffman()
    {
        Dc[0].DefineIfMissing(StandardTables.LumaDc);
        Dc[1].DefineIfMissing(StandardTables.ColorDc);
        Ac[0].DefineIfMissing(StandardTables.LumaAc);
        Ac[1].DefineIfMissing(StandardTables.ColorAc);
    }

    /// <summary>Reads the restart interval.</summary>
    /// <exception cref="JpegDamageException">The segment has another length.</exception>
    public void DefineRestarts(ReadOnlySpan<byte> segment) => RestartInterval = segment.Length == 2
        ? BinaryPrimitives.ReadUInt16BigEndian(segment)
        : throw new JpegDamageException("bogus marker length");
}
