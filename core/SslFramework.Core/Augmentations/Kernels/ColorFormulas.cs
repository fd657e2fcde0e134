using System.Numerics;
using System.Runtime.CompilerServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>The formulas of <see cref="Colors"/>, for values in [0, 1].</summary>
internal static class ColorFormulas
{
    /// <summary>Sums of gray are counted in this fraction of the range: a run of 1024 pixels stays below 2³¹.</summary>
    public const float GrayUnit = 1 << 20;

    /// <summary>ITU-R 601, as Pillow.</summary>
    public static Vector<float> Gray(Vector<float> red, Vector<float> green, Vector<float> blue) =>
        (red * 0.299f) + (green * 0.587f) + (blue * 0.114f);

    private static Vector<float> Clip(Vector<float> values) => Vector.ClampNative(values, Vector<float>.Zero, Vector<float>.One);

    /// <summary>x, clipped.</summary>
    public readonly struct Clipped : IValueChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> values) => Clip(values);
    }

    /// <summary>x · factor + shift, clipped.</summary>
    public readonly struct Line(float factor, float shift) : IValueChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> values) => Clip((values * factor) + new Vector<float>(shift));
    }

    /// <summary>1 − x for x ≥ threshold, else x.</summary>
    public readonly struct Solarize(float threshold) : IValueChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> values) => Vector.ConditionalSelect(
            Vector.GreaterThanOrEqual(values, new Vector<float>(threshold)), Vector<float>.One - values, values);
    }

    /// <summary>(x − mean) / deviation, with the deviation's reciprocal.</summary>
    public readonly struct Normalize(float mean, float reciprocal) : IValueChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> values) => (values - new Vector<float>(mean)) * reciprocal;
    }

    /// <summary>Three equal channels.</summary>
    public readonly struct Grayscale : IPixelChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Of(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue) =>
            red = green = blue = Vector.MinNative(Gray(red, green, blue), Vector<float>.One);
    }

    /// <summary>x · factor + gray · (1 − factor), clipped.</summary>
    public readonly struct Saturation(float factor) : IPixelChange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Of(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
        {
            var gray = Gray(red, green, blue) * (1 - factor);
            red = Clip((red * factor) + gray);
            green = Clip((green * factor) + gray);
            blue = Clip((blue * factor) + gray);
        }
    }

    /// <summary>Turns the hue by a part of a turn.</summary>
    public readonly struct Hue(float shift) : IPixelChange
    {
        private const float SmallestChroma = 1e-20f; // stands in for no chroma
        private readonly float sixthsAhead = 6 * shift;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Of(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue)
        {
            var value = Vector.MaxNative(red, Vector.MaxNative(green, blue));
            var low = Vector.MinNative(red, Vector.MinNative(green, blue));
            var chroma = value - low;
            var isRed = Vector.Equals(value, red);
            var isGreen = Vector.Equals(value, green);
            var ahead = Vector.ConditionalSelect(isRed, green - blue, Vector.ConditionalSelect(isGreen, blue - red, red - green));
            var sector = Vector.ConditionalSelect(
                isRed, Vector<float>.Zero, Vector.ConditionalSelect(isGreen, new Vector<float>(2), new Vector<float>(4)));

            // In sixths of a turn, from 0 to 6. Gray has no hue: any will do, as long as it is not NaN.
            var hue = (ahead / Vector.MaxNative(chroma, new Vector<float>(SmallestChroma))) + sector + new Vector<float>(sixthsAhead);
            hue -= Vector.Floor(hue * (1f / 6)) * 6;

            // HSV to RGB without its six cases
            red = low + (chroma * Clip(Vector.Abs(hue - new Vector<float>(3)) - Vector<float>.One));
            green = low + (chroma * Clip(new Vector<float>(2) - Vector.Abs(hue - new Vector<float>(2))));
            blue = low + (chroma * Clip(new Vector<float>(2) - Vector.Abs(hue - new Vector<float>(4))));
        }
    }
}
