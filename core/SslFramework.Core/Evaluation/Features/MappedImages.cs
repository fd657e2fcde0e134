namespace SslFramework.Core.Evaluation.Features;

/// <summary>Images of which an evaluator must know the class of every pixel.</summary>
public static class MappedImages
{
    /// <summary>Looks whether there are maps of the same classes to learn from and to measure on.</summary>
    /// <exception cref="ExperimentException">There are no maps, or not of the same classes.</exception>
    public static (IAnnotatedImages Train, IAnnotatedImages Test) Of(ILabeledImages train, ILabeledImages test) =>
        AnnotatedPair.Of(train, test, LabelKinds.Maps, which =>
            $"The class of every pixel is needed, but the {which} images have no maps; take a data source that has them, such as "
            + "'maskFolder' or 'scenes'.");
}
