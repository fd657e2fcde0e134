using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>
/// Blurs as Pillow's <c>GaussianBlur</c>: three passes of a box of fractional width, edges repeated in every pass.
/// Gwosdek et al. 2011, https://doi.org/10.1007/978-3-642-24785-9_38
/// </summary>
internal readonly struct BoxFilter : ILineFilter
{
    private const int Passes = 3;
    private readonly int whole; // pixels on each side that count fully
    private readonly float inner;
    private readonly float outer;

    private BoxFilter(double radius)
    {
        whole = (int)radius;
        inner = (float)(1 / ((2 * radius) + 1));
        outer = (float)((radius - whole) / ((2 * radius) + 1));
    }

    int ILineFilter.Reach => whole + 1;

    /// <summary>How many numbers of memory <see cref="Blur"/> needs.</summary>
    public static int Spare(ImageSize size, double sigma) => SeparableFilter.Spare(size, (int)Radius(sigma) + 1);

    /// <summary>Blurs one channel in place.</summary>
    /// <param name="plane">float32 [H, W] in [0, 1].</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="sigma">Standard deviation in pixels, Pillow's radius.</param>
    /// <param name="spare">Scratch memory of <see cref="Spare"/> numbers.</param>
    public static void Blur(Span<float> plane, ImageSize size, double sigma, Span<float> spare) =>
        SeparableFilter.Apply(plane, size, new BoxFilter(Radius(sigma)), spare);

    /// <summary>The box's half width, whole and fractional, for which three passes have this standard deviation.</summary>
    public static double Radius(double sigma)
    {
        var variance = sigma * sigma / Passes;
        var whole = Math.Floor((Math.Sqrt((12 * variance) + 1) - 1) / 2);
        var part = ((2 * whole) + 1) * ((whole * (whole + 1)) - (3 * variance)) / (6 * (variance - ((whole + 1) * (whole + 1))));
        return whole + part;
    }

    void ILineFilter.Along(Span<float> lines, Span<float> between, Span<float> filtered, int length, int apart)
    {
        Pass(lines, between, length, apart);
        Pass(between, lines, length, apart);
        Pass(lines, filtered, length, apart);
    }

    private void Pass(Span<float> from, Span<float> to, int length, int apart)
    {
        var reach = (whole + 1) * apart;
        var end = reach + (length * apart);
        if (apart == 1)
        {
            from[..reach].Fill(from[reach]);
            from.Slice(end, reach).Fill(from[end - 1]);
        }
        else
        {
            for (var i = 0; i < reach; i += apart)
            {
                from.Slice(reach, apart).CopyTo(from[i..]);
                from.Slice(end - apart, apart).CopyTo(from[(end + i)..]);
            }
        }

        ref var source = ref MemoryMarshal.GetReference(from[..(end + reach + SeparableFilter.Slack)]);
        ref var target = ref MemoryMarshal.GetReference(to[..(end + SeparableFilter.Slack)]);
        for (var at = reach; at < end; at += 2 * Vector<float>.Count)
        {
            ref var here = ref Unsafe.Add(ref source, at);
            var sum = Vector.LoadUnsafe(ref here);
            var next = Vector.LoadUnsafe(ref here, (nuint)Vector<float>.Count);
            nint away = 0;
            for (var k = 0; k < whole; k++)
            {
                away += apart;
                sum += At(ref here, -away) + At(ref here, away);
                next += At(ref here, Vector<float>.Count - away) + At(ref here, Vector<float>.Count + away);
            }

            away += apart;
            var ends = At(ref here, -away) + At(ref here, away);
            var nextEnds = At(ref here, Vector<float>.Count - away) + At(ref here, Vector<float>.Count + away);
            ((sum * inner) + (ends * outer)).StoreUnsafe(ref target, (nuint)at);
            ((next * inner) + (nextEnds * outer)).StoreUnsafe(ref target, (nuint)(at + Vector<float>.Count));
        }
    }

    private static Vector<float> At(ref float here, nint away) => Vector.LoadUnsafe(ref Unsafe.Add(ref here, away));
}
