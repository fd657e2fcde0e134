namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// A Huffman table (ITU-T T.81, annexes C and F). One look-up gives what most symbols need: how many zeros come before a coefficient, the
/// coefficient itself, and how many bits both took. A table that the next file has as well is not built again.
/// </summary>
internal sealed class HuffmanTable(bool ofDc)
{
    /// <summary>Bits that one look-up sees. 9, 11 and 12 were slower.</summary>
    public const int LookUpBits = 10;

    /// <summary>Set in a number of zeros: the block ends here.</summary>
    public const int EndOfBlock = 0x80;

    private const int LongestCode = 16;

    private readonly byte[] counts = new byte[LongestCode];
    private readonly byte[] symbols = new byte[256];
    private readonly int[] limits = new int[LongestCode + 1]; // of 16 bits; codes of a length are below that of their length
    private readonly int[] firsts = new int[LongestCode + 1]; // a code of a length plus this is the place of its symbol
    private bool isDefined;
    private bool isBuilt;

    /// <summary>
    /// By the next bits: the coefficient in the upper 16 bits, the zeros before it in the next 8, and in the lowest 8 how many bits both
    /// take; 0 if they take more than are looked at.
    /// </summary>
    public int[] LookUp { get; } = new int[1 << LookUpBits];

    /// <summary>A new file begins, which has not defined this table.</summary>
    public void Forget() => isDefined = false;

    /// <summary>Takes the definition of a table.</summary>
    /// <param name="codes">How many codes of each length there are.</param>
    /// <param name="itsSymbols">The symbols in the order of the codes.</param>
    public void Define(ReadOnlySpan<byte> codes, ReadOnlySpan<byte> itsSymbols)
    {
        isDefined = true;
        if (!codes.SequenceEqual(counts) || !itsSymbols.SequenceEqual(symbols.AsSpan(0, itsSymbols.Length)))
        {
            isBuilt = false;
            codes.CopyTo(counts);
            symbols.AsSpan().Clear();
            itsSymbols.CopyTo(symbols);
        }
    }

    /// <summary>Takes a usual table, if the file has not defined this one.</summary>
    /// <param name="table">The codes of each length, and the symbols.</param>
    public void DefineIfMissing(ReadOnlySpan<byte> table)
    {
        if (!isDefined)
        {
            Define(table[..LongestCode], table[LongestCode..]);
        }
    }

    /// <summary>Makes the table ready for a scan.</summary>
    /// <exception cref="JpegDamageException">It is not defined, or not the table of any code.</exception>
    public void Build()
    {
        if (!isDefined)
        {
            throw new JpegDamageException("a Huffman table is missing");
        }

        if (!isBuilt)
        {
            LookUp.AsSpan().Clear();
            var (code, place) = (0, 0);
            for (var length = 1; length <= LongestCode; length++, code <<= 1)
            {
                firsts[length] = place - code;
                for (var i = counts[length - 1]; i > 0; i--)
                {
                    Enter(code++, length, symbols[place++]);
                }

                if (code >= 1 << length)
                {
                    throw Impossible();
                }

                limits[length] = code << (LongestCode - length);
            }

            isBuilt = true;
        }
    }

    /// <summary>What <see cref="LookUp"/> says, for codes that are too long for it.</summary>
    /// <param name="window">The next bits, from the highest on.</param>
    /// <exception cref="JpegDamageException">No code begins so.</exception>
    public int Search(ulong window)
    {
        var bits = (int)(window >> (64 - LongestCode));
        for (var length = 1; length <= LongestCode; length++)
        {
            if (bits < limits[length])
            {
                var (zeros, size) = Parts(symbols[(bits >> (LongestCode - length)) + firsts[length]]);
                var value = size == 0 ? 0 : Coefficient((int)(window << length >> (64 - size)), size);
                return (value << 16) | (zeros << 8) | (length + size);
            }
        }

        throw new JpegDamageException("bad Huffman code");
    }

    private void Enter(int code, int length, byte symbol)
    {
        if (ofDc && symbol > 15)
        {
            throw Impossible();
        }

        var (zeros, size) = Parts(symbol);
        var rest = LookUpBits - length - size;
        if (rest < 0 || code >= 1 << length)
        {
            return;
        }

        for (var extra = 0; extra < 1 << size; extra++)
        {
            var value = size == 0 ? 0 : Coefficient(extra, size);
            LookUp.AsSpan(((code << size) + extra) << rest, 1 << rest).Fill((value << 16) | (zeros << 8) | (length + size));
        }
    }

    // A symbol of AC: zeros before the coefficient, and its size. Of size 0 are 16 zeros, and the ends of blocks.
    private (int Zeros, int Size) Parts(byte symbol)
    {
        var (zeros, size) = (symbol >> 4, symbol & 15);
        return ofDc ? (0, size) : size == 0 && zeros < 15 ? (EndOfBlock | zeros, 0) : (zeros, size);
    }

    // Those of a size below half of its range are negative.
    private static int Coefficient(int bits, int size) => bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;

    private static JpegDamageException Impossible() => new("bogus Huffman table");
}
