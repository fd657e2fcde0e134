namespace SslFramework.Core.Data.Masks;

/// <summary>Gathers the runs of a mask, column by column, in the one way to write them: no run is empty but the first.</summary>
internal sealed class MaskRuns
{
    private readonly List<int> counts = [0];

    /// <summary>Lengths of runs outside and inside in turn.</summary>
    public static ReadOnlySpan<int> Of(RunLengthMask mask) => mask.Counts as int[] ?? [.. mask.Counts];

    /// <summary>Goes on by some pixels.</summary>
    public void Add(int pixels, bool inside)
    {
        if (pixels == 0)
        {
            return;
        }

        if ((counts.Count % 2 == 0) == inside)
        {
            counts[^1] += pixels;
        }
        else
        {
            counts.Add(pixels);
        }
    }

    /// <summary>The mask.</summary>
    public RunLengthMask ToMask(ImageSize size) => new(size, counts.ToArray());
}
