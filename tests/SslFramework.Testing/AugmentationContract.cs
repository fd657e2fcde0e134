namespace SslFramework.Testing;

/// <summary>
/// Checks that an augmentation keeps the contract of <see cref="IAugmentation"/>: one call in a test of your own plugin. Each check throws
/// a <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Augmentation">The augmentation.</param>
/// <param name="Channels">Channels of the images that it was built for.</param>
public sealed record AugmentationContract(IAugmentation Augmentation, int Channels)
{
    private const ulong Draws = 16;

    /// <summary>Sizes of the images that it is tried on.</summary>
    public IReadOnlyList<ImageSize> Sizes { get; init; } = [new(40, 56), new(56, 40)];

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        EveryNumberOfAViewIsWritten();
        TheSameKeysGiveTheSameView();
        ThreadsGiveTheSameViews();
        OnlyNeededPixelsAreRead();
    }

    /// <summary>Checks that views have a size, and that each of their numbers is written and finite.</summary>
    public void EveryNumberOfAViewIsWritten()
    {
        Require(Augmentation.Views.Count > 0, "it makes no view");
        foreach (var (view, shape) in Augmentation.Views.Index())
        {
            Require(Math.Min(shape.Channels, Math.Min(shape.Height, shape.Width)) > 0, $"view {view} has the shape {shape}");
        }

        Each((view, size, draw) => Require(
            View(Picture(size, draw), view, draw).All(float.IsFinite),
            $"some numbers of view {view} are not written, or not finite; write all C·H·W of the destination"));
    }

    /// <summary>Checks that a view is a pure function of the image and the generator.</summary>
    public void TheSameKeysGiveTheSameView() => Each((view, size, draw) =>
    {
        var first = View(Picture(size, draw), view, draw);
        View(Picture(size, draw + 1), view, draw + 1); // of another image in between
        Require(first.AsSpan().SequenceEqual(View(Picture(size, draw), view, draw)), $"view {view} of the same image and generator differs the second time; draw from the generator alone, and keep nothing");
    });

    /// <summary>Checks that several threads may call it, as loaders do.</summary>
    public void ThreadsGiveTheSameViews()
    {
        for (var view = 0; view < Augmentation.Views.Count; view++)
        {
            var (number, size) = (view, Sizes[0]);
            var expected = Enumerable.Range(0, (int)Draws).Select(draw => View(Picture(size, (ulong)draw), number, (ulong)draw)).ToArray();
            var actual = Enumerable.Range(0, (int)Draws).AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(draw => View(Picture(size, (ulong)draw), number, (ulong)draw)).ToArray();
            Require(expected.Zip(actual).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), $"view {view} differs when several threads make views; give each its own memory");
        }
    }

    /// <summary>Checks that pixels outside <see cref="IAugmentation.Needed"/> are not read: decoders leave them undefined.</summary>
    public void OnlyNeededPixelsAreRead() => Each((view, size, draw) =>
    {
        var needed = Augmentation.Needed(size, view, Random(view, draw));
        Require(needed.IsIn(size) && needed.Height > 0 && needed.Width > 0, $"view {view} needs {needed} of an image of {size.Height}×{size.Width}");
        Require(
            View(Picture(size, draw), view, draw).AsSpan().SequenceEqual(View(TestPictures.ChangedOutside(needed, size, Channels, draw), view, draw)),
            $"view {view} reads pixels outside of what Needed says");
    });

    private void Each(Action<int, ImageSize, ulong> check)
    {
        for (var view = 0; view < Augmentation.Views.Count; view++)
        {
            foreach (var size in Sizes)
            {
                for (var draw = 0ul; draw < Draws; draw++)
                {
                    check(view, size, draw);
                }
            }
        }
    }

    private float[] View(PixelBuffer image, int view, ulong draw)
    {
        var destination = new float[Augmentation.Views[view].Length];
        Array.Fill(destination, float.NaN);
        Augmentation.Apply(image.Image, view, Random(view, draw), destination);
        return destination;
    }

    private PixelBuffer Picture(ImageSize size, ulong draw) => TestPictures.Of(size, Channels, draw);

    private static SampleRandom Random(int view, ulong draw) => new(1, 2, draw, (ulong)view);

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "augmentation", sentence);
}
