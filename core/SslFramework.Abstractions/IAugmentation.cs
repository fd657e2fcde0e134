namespace SslFramework;

/// <summary>Makes random views of an image, without labels, one image at a time. Thread-safe.</summary>
public interface IAugmentation
{
    /// <summary>The shape of every view, in order.</summary>
    IReadOnlyList<ViewShape> Views { get; }

    /// <summary>The values that pixels of every view may have, or null if they are not known, as after a normalization.</summary>
    ValueRange? Range => null;

    /// <summary>
    /// The part of an image that a view is made from: all of it, unless an augmentation overrides this. The pixels outside may
    /// hold anything when <see cref="Apply"/> is called with the same random numbers.
    /// </summary>
    /// <param name="image">The image's size.</param>
    /// <param name="view">The view's number, 0 to Views.Count − 1.</param>
    /// <param name="random">A pure function of (seed, epoch, sample, view).</param>
    /// <returns>A rectangle inside the image.</returns>
    PixelBox Needed(ImageSize image, int view, SampleRandom random) => PixelBox.All(image);

    /// <summary>
    /// How many pixels of an image, both across and down, become one of a view: 1, unless an augmentation overrides this. If the data
    /// source's <c>scaledDecode</c> allows it, the other methods get an image that is up to so many times smaller.
    /// </summary>
    /// <param name="image">The image's size.</param>
    /// <param name="view">The view's number, 0 to Views.Count − 1.</param>
    /// <param name="random">A pure function of (seed, epoch, sample, view).</param>
    /// <returns>1 or more.</returns>
    int Reduction(ImageSize image, int view, SampleRandom random) => 1;

    /// <summary>Writes one view of an image straight into its place in the batch.</summary>
    /// <param name="image">The decoded image.</param>
    /// <param name="view">The view's number, 0 to Views.Count − 1.</param>
    /// <param name="random">A pure function of (seed, epoch, sample, view).</param>
    /// <param name="destination">float32, channel by channel, row by row: C·H·W numbers.</param>
    void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination);
}
