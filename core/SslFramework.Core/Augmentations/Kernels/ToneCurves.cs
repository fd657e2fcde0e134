namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Changes of one channel's tones in place, by Pillow's tables of 256 levels, on float32 in [0, 1].</summary>
internal static class ToneCurves
{
    private const int Levels = 256;

    /// <summary>Stretches the tones so that they reach from 0 to 1.</summary>
    public static void AutoContrast(Span<float> plane)
    {
        var (low, high) = (Levels - 1, 0);
        foreach (var value in plane)
        {
            (low, high) = (Math.Min(low, LevelOf(value)), Math.Max(high, LevelOf(value)));
        }

        if (high > low)
        {
            var scale = 255.0 / (high - low);
            Map(plane, level => (int)((level - low) * scale));
        }
    }

    /// <summary>Makes all tones about equally frequent.</summary>
    public static void Equalize(Span<float> plane)
    {
        var counts = new int[Levels];
        foreach (var value in plane)
        {
            counts[LevelOf(value)]++;
        }

        var step = (plane.Length - counts[Array.FindLastIndex(counts, count => count > 0)]) / 255;
        if (step == 0)
        {
            return;
        }

        var (table, sum) = (new int[Levels], step / 2);
        for (var level = 0; level < Levels; level++)
        {
            table[level] = sum / step;
            sum += counts[level];
        }

        Map(plane, level => table[level]);
    }

    /// <summary>Keeps the highest bits of each level.</summary>
    public static void Posterize(Span<float> plane, int bits) => Map(plane, level => level & ~((1 << (8 - bits)) - 1));

    /// <summary>Inverts levels from a threshold up; 0 inverts all.</summary>
    public static void Solarize(Span<float> plane, int threshold) => Map(plane, level => level < threshold ? level : 255 - level);

    /// <summary>Brightens the darker half.</summary>
    public static void SolarizeAdd(Span<float> plane, int amount) =>
        Map(plane, level => level < 128 ? Math.Min(255, level + amount) : level);

    /// <summary>Blends with the image smoothed by 1 1 1, 1 5 1, 1 1 1: smooth · (1 − factor) + x · factor. The border stays.</summary>
    public static void Sharpness(Span<float> plane, Span<float> source, ImageSize size, float factor)
    {
        plane.CopyTo(source);
        for (var y = 1; y < size.Height - 1; y++)
        {
            for (var x = 1; x < size.Width - 1; x++)
            {
                var i = (y * size.Width) + x;
                var around = Three(source, i - size.Width) + Three(source, i) + Three(source, i + size.Width);
                var smooth = (around + (4 * source[i])) / 13;
                plane[i] = Math.Clamp((smooth * (1 - factor)) + (source[i] * factor), 0, 1);
            }
        }
    }

    private static float Three(ReadOnlySpan<float> row, int i) => row[i - 1] + row[i] + row[i + 1];

    private static int LevelOf(float value) => (int)((value * 255) + 0.5f);

    private static void Map(Span<float> plane, Func<int, int> curve)
    {
        Span<float> table = stackalloc float[Levels];
        for (var level = 0; level < Levels; level++)
        {
            table[level] = Math.Clamp(curve(level), 0, 255) / 255f;
        }

        foreach (ref var value in plane)
        {
            value = table[LevelOf(value)];
        }
    }
}
