namespace SslFramework;

/// <summary>Labelled images of an evaluation.</summary>
public interface ILabelledImages
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Names of the classes, in order of their labels; none where images are not labelled.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The class of every image, in order; 0 where images are not labelled.</summary>
    IReadOnlyList<int> Labels { get; }

    /// <summary>Whether <see cref="ReadShuffled"/> gives other views each epoch, so that nothing made of them may be kept.</summary>
    bool Augmented { get; }

    /// <summary>All images once, in order, without chance. A batch is the reader's until the next one is asked for.</summary>
    IEnumerable<LabelledBatch> Read(int batchSize);

    /// <summary>
    /// An epoch to learn from: full batches in another order each epoch, with random views where the evaluation has a training
    /// transform. A pure function of seed and epoch. A batch is the reader's until the next one is asked for.
    /// </summary>
    /// <param name="batchSize">1 to <see cref="Count"/>.</param>
    /// <param name="seed">Decides the order and every view.</param>
    /// <param name="epoch">From 0.</param>
    IEnumerable<LabelledBatch> ReadShuffled(int batchSize, long seed, int epoch);

    /// <summary>
    /// Random views of all images once, in order: those of the training transform, else those of pretraining, else none. Another
    /// epoch gives other views.
    /// </summary>
    IEnumerable<ViewBatch> ReadViews(int batchSize, long seed, int epoch) => [];

    /// <summary>Some of the images, in the given order.</summary>
    /// <param name="indices">Each 0 to <see cref="Count"/> − 1.</param>
    ILabelledImages Select(IReadOnlyList<int> indices);
}

/// <summary>Some labelled images.</summary>
/// <param name="Images">float32 [N, C, H, W].</param>
/// <param name="Labels">int64 [N].</param>
public sealed record LabelledBatch(Tensor Images, Tensor Labels);
