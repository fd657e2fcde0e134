namespace SslFramework;

/// <summary>Labeled images of an evaluation.</summary>
public interface ILabeledImages
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Names of the classes, in order of their labels; empty if images are not labeled.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The class of every image, in order; 0 if images are not labeled.</summary>
    IReadOnlyList<int> Labels { get; }

    /// <summary>Whether <see cref="ReadShuffled"/> gives other views in each epoch, so that nothing made from them may be cached.</summary>
    bool Augmented { get; }

    /// <summary>The values that pixels may have, or null if they are not known, as after a normalization.</summary>
    ValueRange? Range => null;

    /// <summary>Reads all images once, in order, without randomness. A batch is valid until the next one is requested.</summary>
    IEnumerable<LabeledBatch> Read(int batchSize);

    /// <summary>
    /// One epoch to learn from: full batches, in another order each epoch, with random views if the evaluation has a training
    /// transform. A pure function of seed and epoch. A batch is valid until the next one is requested.
    /// </summary>
    /// <param name="batchSize">1 to <see cref="Count"/>.</param>
    /// <param name="seed">Decides the order and every view.</param>
    /// <param name="epoch">The epoch's number, from 0.</param>
    IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch);

    /// <summary>
    /// Random views of all images once, in order: made by the training transform, else by that of pretraining, else none. Another
    /// epoch gives other views.
    /// </summary>
    IEnumerable<ViewBatch> ReadViews(int batchSize, long seed, int epoch) => [];

    /// <summary>Some of the images, in the given order.</summary>
    /// <param name="indices">Numbers of the images, each 0 to <see cref="Count"/> − 1.</param>
    ILabeledImages Select(IReadOnlyList<int> indices);
}
