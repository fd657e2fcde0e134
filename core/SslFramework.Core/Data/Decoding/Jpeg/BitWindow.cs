using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>The bits of entropy-coded data that come next. The data end with enough zeros for a block.</summary>
internal struct BitWindow
{
    /// <summary>The bits of data of a block at the most, in bytes, and more.</summary>
    public const int Padding = 512;

    /// <summary>The next bits, from the highest on.</summary>
    public ulong Bits;

    /// <summary>How many of them are counted as read from the data.</summary>
    public int Count;

    /// <summary>The byte to read next.</summary>
    public int Position;

    /// <summary>
    /// The place in a look-up of the symbol that comes next. Looking before <see cref="Fill"/>, which does not change these bits, lets the
    /// processor do both at once: a sixth of the time of a scan. So many bits are always there after a symbol.
    /// </summary>
    public readonly int Peek => (int)(Bits >> (64 - HuffmanTable.LookUpBits));

    /// <summary>Makes at least 56 bits available: the longest symbol with its coefficient has 31.</summary>
    public void Fill(ReadOnlySpan<byte> data)
    {
        Bits |= BinaryPrimitives.ReadUInt64BigEndian(data[Position..]) >> Count;
        Position += (63 - Count) >> 3;
        Count |= 56;
    }

    /// <summary>Passes over bits.</summary>
    public void Skip(int bits)
    {
        Bits <<= bits;
        Count -= bits;
    }

    /// <summary>Takes 0 to 16 bits.</summary>
    public int Take(int bits)
    {
        var value = (int)(Bits >> 1 >> (63 - bits));
        Skip(bits);
        return value;
    }
}
