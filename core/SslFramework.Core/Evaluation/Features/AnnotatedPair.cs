namespace SslFramework.Core.Evaluation.Features;

/// <summary>Images of which an evaluator must know more than a class: to learn from, and to measure on.</summary>
public static class AnnotatedPair
{
    /// <summary>Looks whether what is needed is known, and of the same classes.</summary>
    /// <param name="train">Images to learn from.</param>
    /// <param name="test">Images to measure on.</param>
    /// <param name="needs">What must be known: maps, or what is known of objects.</param>
    /// <param name="lacking">Says that <c>train</c> or <c>test</c> images lack it, and what to do.</param>
    /// <exception cref="ExperimentException">It is not known, there is no image, or the classes are others.</exception>
    public static (IAnnotatedImages Train, IAnnotatedImages Test) Of(
        ILabeledImages train, ILabeledImages test, LabelKinds needs, Func<string, string> lacking)
    {
        var (known, asked) = (Checked(train, "train"), Checked(test, "test"));
        var (learned, measured) = (Classes(known), Classes(asked));
        return learned.SequenceEqual(measured) ? (known, asked) : throw new ExperimentException(
            FailureKind.Data,
            $"The train images have {learned.Count} classes of {(needs.HasFlag(LabelKinds.Maps) ? "pixels" : "objects")} and the test "
            + $"images {measured.Count}, or others; take both from the same data set.");

        IReadOnlyList<string> Classes(IAnnotatedImages images) =>
            needs.HasFlag(LabelKinds.Maps) ? images.Annotations.MapClasses : images.Annotations.ObjectClasses;

        IAnnotatedImages Checked(ILabeledImages images, string which) =>
            images is IAnnotatedImages annotated && images.Count > 0 && annotated.Annotations.Kinds.HasFlag(needs)
                ? annotated
                : throw new ExperimentException(FailureKind.Data, lacking(which));
    }
}
