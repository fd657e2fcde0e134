using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Blurs with a sampled Gaussian of a fixed size, edges reflected: torchvision's <c>gaussian_blur</c>.</summary>
internal readonly ref struct GaussianFilter : ILineFilter
{
    // Farther pixels together weigh less than 7e-6, 0.002 of a level, and are left out.
    private const double FarthestDeviations = 4.5;
    private readonly ReadOnlySpan<float> weights; // of the middle, then of its neighbors outwards

    private GaussianFilter(ReadOnlySpan<float> weights) => this.weights = weights;

    int ILineFilter.Reach => weights.Length - 1;

    /// <summary>How many numbers of memory <see cref="Blur"/> needs.</summary>
    public static int Spare(ImageSize size, int taps) => SeparableFilter.Spare(size, taps / 2) + (taps / 2) + 1;

    /// <summary>Blurs one channel in place.</summary>
    /// <param name="plane">float32 [H, W] in [0, 1].</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="taps">The kernel's length, odd.</param>
    /// <param name="sigma">Standard deviation in pixels.</param>
    /// <param name="spare">Scratch memory of <see cref="Spare"/> numbers.</param>
    public static void Blur(Span<float> plane, ImageSize size, int taps, double sigma, Span<float> spare)
    {
        var weights = spare[..(Math.Min(taps / 2, (int)Math.Ceiling(FarthestDeviations * sigma)) + 1)];
        Fill(weights, sigma);
        SeparableFilter.Apply(plane, size, new GaussianFilter(weights), spare[weights.Length..]);
    }

    void ILineFilter.Along(Span<float> lines, Span<float> between, Span<float> filtered, int length, int apart)
    {
        var reach = weights.Length - 1;
        for (var i = 1; i <= reach && apart == 1; i++)
        {
            lines[reach - i] = lines[reach + Cropper.Reflect(-i, length)];
            lines[reach + length - 1 + i] = lines[reach + Cropper.Reflect(length - 1 + i, length)];
        }

        for (var i = 1; i <= reach && apart > 1; i++)
        {
            Place(lines, reach + Cropper.Reflect(-i, length), apart).CopyTo(Place(lines, reach - i, apart));
            Place(lines, reach + Cropper.Reflect(length - 1 + i, length), apart).CopyTo(Place(lines, reach + length - 1 + i, apart));
        }

        var (start, end) = (reach * apart, (reach + length) * apart);
        ref var source = ref MemoryMarshal.GetReference(lines[..(end + start + SeparableFilter.Slack)]);
        ref var target = ref MemoryMarshal.GetReference(filtered[..(end + SeparableFilter.Slack)]);
        for (var at = start; at < end; at += 2 * Vector<float>.Count)
        {
            ref var here = ref Unsafe.Add(ref source, at);
            var sum = weights[0] * At(ref here, 0);
            var next = weights[0] * At(ref here, Vector<float>.Count);
            nint away = 0;
            for (var k = 1; k < weights.Length; k++)
            {
                away += apart;
                var weight = new Vector<float>(weights[k]);
                sum += weight * (At(ref here, -away) + At(ref here, away));
                next += weight * (At(ref here, Vector<float>.Count - away) + At(ref here, Vector<float>.Count + away));
            }

            sum.StoreUnsafe(ref target, (nuint)at);
            next.StoreUnsafe(ref target, (nuint)(at + Vector<float>.Count));
        }
    }

    private static Vector<float> At(ref float here, nint away) => Vector.LoadUnsafe(ref Unsafe.Add(ref here, away));

    private static Span<float> Place(Span<float> lines, int i, int apart) => lines.Slice(i * apart, apart);

    private static void Fill(Span<float> weights, double sigma)
    {
        var sum = -1.0; // the middle counts once, the others twice
        for (var k = 0; k < weights.Length; k++)
        {
            var weight = Math.Exp(-0.5 * (k / sigma) * (k / sigma));
            weights[k] = (float)weight;
            sum += 2 * weight;
        }

        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = (float)(weights[k] / sum);
        }
    }
}
