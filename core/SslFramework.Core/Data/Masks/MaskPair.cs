namespace SslFramework.Core.Data.Masks;

/// <summary>Walks over two masks of one image at once, in stretches in which neither changes.</summary>
internal ref struct MaskPair
{
    private readonly ReadOnlySpan<int> a;
    private readonly ReadOnlySpan<int> b;
    private int runOfA = -1;
    private int runOfB = -1;
    private int leftOfA;
    private int leftOfB;
    private int pixels;

    /// <exception cref="ArgumentException">The masks are of images of different sizes.</exception>
    public MaskPair(RunLengthMask a, RunLengthMask b)
    {
        if (a.Size != b.Size)
        {
            throw new ArgumentException($"Masks of {a.Size} and {b.Size} cannot be compared.", nameof(b));
        }

        this.a = MaskRuns.Of(a);
        this.b = MaskRuns.Of(b);
    }

    /// <summary>A number of pixels, and whether they are inside.</summary>
    public readonly (int Pixels, bool InA, bool InB) Current => (pixels, (runOfA & 1) == 1, (runOfB & 1) == 1);

    public readonly MaskPair GetEnumerator() => this;

    public bool MoveNext()
    {
        (leftOfA, leftOfB) = (leftOfA - pixels, leftOfB - pixels);
        if (!Enter(a, ref runOfA, ref leftOfA) || !Enter(b, ref runOfB, ref leftOfB))
        {
            return false;
        }

        pixels = Math.Min(leftOfA, leftOfB);
        return true;
    }

    /// <summary>Goes to the next run that is not empty, if this one has ended.</summary>
    private static bool Enter(ReadOnlySpan<int> counts, ref int run, ref int left)
    {
        while (left == 0 && run + 1 < counts.Length)
        {
            left = counts[++run];
        }

        return left > 0;
    }
}
