namespace SslFramework.Core.Data.Decoding.Jpeg.Vectors;

/// <summary>
/// A vector of one, two or four lanes of 128 bits. What zips, packs and shuffles stays within a lane, so that one kernel serves every
/// width: a wider vector works on more blocks, or on more pixels, at once.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
internal interface ILanes<T>
    where T : struct, ILanes<T>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The first eight words per lane.</summary>
    static abstract T Load(ReadOnlySpan<short> words);

    /// <summary>The first sixteen bytes per lane.</summary>
    static abstract T Load(ReadOnlySpan<byte> bytes);

    /// <summary>The first eight bytes per lane, as words.</summary>
    static abstract T Widen(ReadOnlySpan<byte> bytes);

    /// <summary>The first eight words in every lane.</summary>
    static abstract T Repeat(ReadOnlySpan<short> words);

    /// <summary>The first sixteen bytes in every lane.</summary>
    static abstract T Repeat(ReadOnlySpan<byte> bytes);

    /// <summary>One word everywhere.</summary>
    static abstract T Words(short value);

    /// <summary>One number of 32 bits everywhere.</summary>
    static abstract T Ints(int value);

    /// <summary>Stores eight words per lane.</summary>
    void Store(Span<short> words);

    /// <summary>Stores sixteen bytes per lane.</summary>
    void Store(Span<byte> bytes);

    /// <summary>Stores the lower eight bytes of each lane in one row, and the upper ones in another.</summary>
    void StoreRows(Span<byte> lower, Span<byte> upper);

    /// <summary>Stores the lanes of three vectors in turns: 48 bytes per lane.</summary>
    static abstract void StoreInTurns(T first, T second, T third, Span<byte> bytes);

    /// <summary>Whether the amount of any word is above a limit.</summary>
    static abstract bool AnyAbove(T words, short limit);

    /// <summary>Whether every bit is 0.</summary>
    static abstract bool IsZero(T bits);

    static abstract T operator |(T a, T b);

    static abstract T operator ^(T a, T b);

    static abstract T Add(T words, T others);

    static abstract T Subtract(T words, T others);

    /// <summary>The lower words of products.</summary>
    static abstract T Multiply(T words, T others);

    /// <summary>The upper words of products with signs.</summary>
    static abstract T MultiplyHigh(T words, T others);

    /// <summary>Products of words, neighbors added: numbers of 32 bits.</summary>
    static abstract T MultiplyPairs(T words, T others);

    static abstract T ShiftLeft(T words, int bits);

    static abstract T ShiftRight(T words, int bits);

    static abstract T AddInts(T a, T b);

    static abstract T SubtractInts(T a, T b);

    static abstract T ShiftRightInts(T ints, int bits);

    /// <summary>Numbers of 32 bits as words, cut off at their ends.</summary>
    static abstract T PackInts(T low, T high);

    /// <summary>Words as bytes from -128 to 127.</summary>
    static abstract T PackSigned(T low, T high);

    /// <summary>Words as bytes from 0 to 255.</summary>
    static abstract T PackUnsigned(T low, T high);

    /// <summary>Bytes picked by their number; from 128 on a 0.</summary>
    static abstract T Shuffle(T bytes, T numbers);

    static abstract T ZipLowBytes(T a, T b);

    static abstract T ZipHighBytes(T a, T b);

    static abstract T ZipLowWords(T a, T b);

    static abstract T ZipHighWords(T a, T b);

    static abstract T ZipLowInts(T a, T b);

    static abstract T ZipHighInts(T a, T b);

    static abstract T ZipLowLongs(T a, T b);

    static abstract T ZipHighLongs(T a, T b);
}
