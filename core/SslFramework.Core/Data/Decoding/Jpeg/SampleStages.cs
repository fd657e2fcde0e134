using SslFramework.Core.Data.Decoding.Jpeg.Vectors;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>From coefficients to pixels: what vectors of any width do with the same result.</summary>
internal abstract class SampleStages
{
    /// <summary>Blocks that lie together in one vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Which vectors it works on.</summary>
    public string Name => this is PlainStages ? "no vectors" : $"vectors of {128 * Lanes} bits";

    /// <summary>The widest vectors that this processor has.</summary>
    public static SampleStages Fastest { get; } =
        Lanes512.IsSupported ? new VectorStages<Lanes512>()
        : Lanes256.IsSupported ? new VectorStages<Lanes256>()
        : Lanes128.IsSupported ? new VectorStages<Lanes128>()
        : new PlainStages();

    /// <summary>Dequantizes and transforms blocks that lie side by side.</summary>
    /// <param name="coefficients">Those of whole vectors of blocks.</param>
    /// <param name="quantization">The steps of the coefficients.</param>
    /// <param name="samples">Receives eight rows.</param>
    /// <param name="stride">Samples from row to row.</param>
    public abstract void Transform(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride);

    /// <summary>3 near + far. This and the following may read and write 64 numbers more than they are asked for.</summary>
    public abstract void Weigh(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<short> sums, int count);

    /// <summary>Bytes as words.</summary>
    public abstract void Widen(ReadOnlySpan<byte> samples, Span<short> words, int count);

    /// <summary>
    /// Two samples of each: (3 it + the one before + <paramref name="even"/>) >> <paramref name="shift"/>, and with the one behind.
    /// </summary>
    /// <param name="sums">One more on either side.</param>
    /// <param name="samples">Receives twice as many.</param>
    /// <param name="count">How many there are between those on the sides.</param>
    /// <param name="even">What rounds the first.</param>
    /// <param name="odd">What rounds the second.</param>
    /// <param name="shift">By what the weights must be divided.</param>
    public abstract void Double(ReadOnlySpan<short> sums, Span<byte> samples, int count, short even, short odd, int shift);

    /// <summary>(3 near + far + rounding) / 4.</summary>
    public abstract void Mix(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> samples, int count, short rounding);

    /// <summary>Red, green and blue of luma and color differences. Writes no more than asked for.</summary>
    public abstract void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<byte> pixels);

    /// <summary>The channels of a pixel together. Writes no more than asked for.</summary>
    public abstract void Interleave(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> pixels);
}
