namespace SslFramework.Core.Evaluation.FineTuning;

/// <summary>Images of which an evaluator must know the class of every pixel.</summary>
public static class MappedImages
{
    /// <summary>Looks whether there are maps of the same classes to learn from and to measure on.</summary>
    /// <exception cref="ExperimentException">There are no maps, or not of the same classes.</exception>
    public static (IAnnotatedImages Train, IAnnotatedImages Test) Of(ILabeledImages train, ILabeledImages test)
    {
        var (known, asked) = (Checked(train, "train"), Checked(test, "test"));
        return known.Annotations.MapClasses.SequenceEqual(asked.Annotations.MapClasses) ? (known, asked) : throw new ExperimentException(
            FailureKind.Data,
            $"The maps of the train images have {known.Annotations.MapClasses.Count} classes and those of the test images "
            + $"{asked.Annotations.MapClasses.Count}, or others; take both from the same data set.");
    }

    private static IAnnotatedImages Checked(ILabeledImages images, string which) =>
        images is IAnnotatedImages annotated && images.Count > 0 && annotated.Annotations.Kinds.HasFlag(LabelKinds.Maps)
            ? annotated
            : throw new ExperimentException(
                FailureKind.Data,
                $"The class of every pixel is needed, but the {which} images have no maps; take a data source that has them, such as "
                + "'maskFolder' or 'scenes'.");
}
