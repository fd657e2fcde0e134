namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>The stages without vectors, as the standard and libjpeg say them.</summary>
internal sealed class PlainStages : SampleStages
{
    public override int Lanes => 1;

    public override void Transform(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride)
    {
        for (var at = 0; 64 * at < coefficients.Length; at++)
        {
            PlainTransform.Transform(coefficients.Slice(64 * at, 64), quantization, samples[(8 * at)..], stride, 1);
        }
    }

    public override void Weigh(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<short> sums, int count)
    {
        for (var i = 0; i < count; i++)
        {
            sums[i] = (short)((3 * near[i]) + far[i]);
        }
    }

    public override void Widen(ReadOnlySpan<byte> samples, Span<short> words, int count)
    {
        for (var i = 0; i < count; i++)
        {
            words[i] = samples[i];
        }
    }

    public override void Double(ReadOnlySpan<short> sums, Span<byte> samples, int count, short even, short odd, int shift)
    {
        for (var i = 0; i < count; i++)
        {
            samples[2 * i] = (byte)(((3 * sums[i + 1]) + sums[i] + even) >> shift);
            samples[(2 * i) + 1] = (byte)(((3 * sums[i + 1]) + sums[i + 2] + odd) >> shift);
        }
    }

    public override void Mix(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> samples, int count, short rounding)
    {
        for (var i = 0; i < count; i++)
        {
            samples[i] = (byte)(((3 * near[i]) + far[i] + rounding) >> 2);
        }
    }

    public override void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<byte> pixels)
    {
        const int half = 1 << 15;
        for (var i = 0; 3 * i < pixels.Length; i++)
        {
            var (y, cb, cr) = (luma[i], blueness[i] - 128, redness[i] - 128);
            pixels[3 * i] = Byte(y + (((91881 * cr) + half) >> 16));
            pixels[(3 * i) + 1] = Byte(y + (((-22554 * cb) - (46802 * cr) + half) >> 16));
            pixels[(3 * i) + 2] = Byte(y + (((116130 * cb) + half) >> 16));
        }
    }

    public override void Interleave(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> pixels)
    {
        for (var i = 0; 3 * i < pixels.Length; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (red[i], green[i], blue[i]);
        }
    }

    private static byte Byte(int value) => (byte)Math.Clamp(value, 0, 255);
}
