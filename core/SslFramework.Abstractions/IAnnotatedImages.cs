namespace SslFramework;

/// <summary>
/// Images of an evaluation of which more is known than a class. Evaluators that need it ask whether their images are of this type.
/// </summary>
public interface IAnnotatedImages : ILabeledImages
{
    /// <summary>What is known.</summary>
    AnnotationInfo Annotations { get; }

    /// <summary>The objects in an image, in its own pixels.</summary>
    /// <param name="index">The image, 0 to Count − 1.</param>
    ImageObjects Objects(int index);

    /// <summary>The classes in an image; −1 − c says that class c does not count there.</summary>
    /// <param name="index">The image, 0 to Count − 1.</param>
    IReadOnlyList<int> ClassSet(int index) => [];

    /// <summary>As <see cref="ILabeledImages.Read"/>, with labels that follow the views.</summary>
    /// <exception cref="ExperimentException">The transform does not tell where its views come from.</exception>
    IEnumerable<AnnotatedBatch> ReadAnnotated(int batchSize);

    /// <summary>As <see cref="ILabeledImages.ReadShuffled"/>, with labels that follow the views.</summary>
    /// <param name="batchSize">1 to Count.</param>
    /// <param name="seed">Decides the order and every view.</param>
    /// <param name="epoch">The epoch's number, from 0.</param>
    /// <exception cref="ExperimentException">The transform does not tell where its views come from.</exception>
    IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch);

    /// <summary>
    /// As <see cref="ReadAnnotatedShuffled(int, long, int)"/>, with views that are drawn anew, up to ten times, if one class has more than
    /// a share of the pixels that count.
    /// </summary>
    /// <param name="batchSize">1 to Count.</param>
    /// <param name="seed">Decides the order and every view.</param>
    /// <param name="epoch">The epoch's number, from 0.</param>
    /// <param name="largestShare">The share, above 0; 1 takes every view as it comes, and so do images that cannot be drawn anew.</param>
    /// <exception cref="ExperimentException">The transform does not tell where its views come from.</exception>
    IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch, double largestShare) =>
        ReadAnnotatedShuffled(batchSize, seed, epoch);
}
