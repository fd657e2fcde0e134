using SslFramework.Core.Augmentations;

namespace SslFramework.Testing;

/// <summary>
/// Checks that a step of a recipe keeps the contract of <see cref="IRecipeStep"/>: one call in a test of your own plugin. Each check
/// throws a <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Step">The step.</param>
public sealed record StepContract(IRecipeStep Step)
{
    private const ulong Draws = 16;

    /// <summary>Sizes of the images that it is tried on, in gray and in color.</summary>
    public IReadOnlyList<ImageSize> Sizes { get; init; } = [new(24, 36), new(36, 24)];

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        GrayOrColorImagesAreTaken();
        ImagesAreWhatItSays();
        TheSameKeysGiveTheSameImage();
        OnlyNeededPixelsAreRead();
    }

    /// <summary>Checks that at least one kind of image is accepted; the other may be refused with a sentence.</summary>
    public void GrayOrColorImagesAreTaken() => Require(Kinds().Any(), "it refuses gray images and those in color");

    /// <summary>Checks that size, channels and range of values after the step are those of <see cref="IRecipeStep.After"/>.</summary>
    public void ImagesAreWhatItSays() => Each((size, channels, draw) =>
    {
        var after = Step.After(new ImageTraits(channels, size));
        var (made, pixels) = Made(TestPictures.Of(size, channels, draw), draw);
        Require(after.Channels == channels, $"After says {after.Channels} channels, but a step cannot change the {channels} of an image");
        Require(after.Size is not { } said || said == made, $"it makes {made.Height}×{made.Width} pixels of {size.Height}×{size.Width}, but After says {after.Size?.Height}×{after.Size?.Width}");
        Require(after.Size is not null || Step.After(new ImageTraits(channels, null)).Size is null, "After forgets the size, which the view then never gets");
        Require(pixels.All(float.IsFinite), "some values are not finite");
        Require(after.Normalized || pixels.All(value => value is >= 0 and <= 1), $"values leave [0, 1], as {pixels.MaxBy(value => Math.Abs(value - 0.5f))} does; clamp them, or say Normalized in After");
    });

    /// <summary>Checks that an image is a pure function of the image before and the generator.</summary>
    public void TheSameKeysGiveTheSameImage() => Each((size, channels, draw) =>
    {
        var first = Made(TestPictures.Of(size, channels, draw), draw).Pixels;
        Made(TestPictures.Of(size, channels, draw + 1), draw + 1); // of another image in between
        Require(first.AsSpan().SequenceEqual(Made(TestPictures.Of(size, channels, draw), draw).Pixels), "the same image and generator give another image the second time; draw from the generator alone, and keep nothing");
    });

    /// <summary>
    /// Checks that, as the first of a recipe, it reads nothing outside <see cref="IRecipeStep.Needed"/>: decoders leave that undefined.
    /// </summary>
    public void OnlyNeededPixelsAreRead() => Each((size, channels, draw) =>
    {
        var random = Random(draw);
        var needed = Step.Needed(size, ref random);
        Require(needed.IsIn(size) && needed.Height > 0 && needed.Width > 0, $"it needs {needed} of an image of {size.Height}×{size.Width}");
        Require(
            Made(TestPictures.Of(size, channels, draw), draw).Pixels.AsSpan().SequenceEqual(Made(TestPictures.ChangedOutside(needed, size, channels, draw), draw).Pixels),
            "it reads pixels outside of what Needed says");
    });

    private IEnumerable<int> Kinds() => new[] { 1, 3 }.Where(channels =>
    {
        try
        {
            Step.After(new ImageTraits(channels, Sizes[0]));
            return true;
        }
        catch (ExperimentException)
        {
            return false;
        }
    });

    private void Each(Action<ImageSize, int, ulong> check)
    {
        foreach (var channels in Kinds())
        {
            foreach (var size in Sizes)
            {
                for (var draw = 0ul; draw < Draws; draw++)
                {
                    check(size, channels, draw);
                }
            }
        }
    }

    private (ImageSize Size, float[] Pixels) Made(PixelBuffer image, ulong draw)
    {
        var random = Random(draw);
        var view = new ViewImage(image.Image, new ViewScratch(), []);
        Step.Apply(ref view, ref random);
        return (new ImageSize(view.Height, view.Width), view.Pixels.ToArray());
    }

    private static SampleRandom Random(ulong draw) => new(1, 2, draw, 0);

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "step", sentence);
}
