namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Changes the intensities of images whose channels are no colors, in place, on float32 [C, H, W] in [0, 1].</summary>
internal static class Intensities
{
    /// <summary>Applies changes of brightness and of contrast; the mean that contrast blends with is that of all channels.</summary>
    public static void Change(Span<float> pixels, ReadOnlySpan<ColorChange> changes)
    {
        foreach (var change in changes)
        {
            var amount = change.Amount;
            var shift = change.Operation switch
            {
                ColorOperation.Brightness => 0,
                ColorOperation.Contrast => (float)Mean(pixels) * (1 - amount),
                _ => throw new InvalidOperationException($"{change.Operation} needs red, green and blue."),
            };
            Elementwise.Change(pixels, new ColorFormulas.Line(amount, shift));
        }
    }

    // In one order whatever the processor, and precise for any number of pixels.
    private static double Mean(ReadOnlySpan<float> pixels)
    {
        var sum = 0.0;
        foreach (var value in pixels)
        {
            sum += value;
        }

        return sum / pixels.Length;
    }
}
