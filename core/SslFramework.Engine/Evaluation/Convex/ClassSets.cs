using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>Which classes images show, as numbers to compute with.</summary>
internal static class ClassSets
{
    /// <summary>Checks that images have sets of the same classes.</summary>
    /// <exception cref="ExperimentException">There are none, or others.</exception>
    public static (IAnnotatedImages Train, IAnnotatedImages Test) Checked(ILabeledImages train, ILabeledImages test) =>
        AnnotatedPair.Of(train, test, LabelKinds.ClassSets, which =>
            $"The set of classes of every image is needed, but the {which} images have none; take a data source that has them, such as "
            + $"{DataComponents.Knowing(LabelKinds.ClassSets)}.");

    /// <summary>1 if the image shows the class, −1 if not, 0 if that does not count: float64 [N, C].</summary>
    /// <exception cref="ExperimentException">A class does not exist.</exception>
    public static Tensor Sides(IAnnotatedImages images, Device device)
    {
        var classes = images.Annotations.ObjectClasses.Count;
        var sides = new double[images.Count * classes];
        Array.Fill(sides, -1);
        for (var i = 0; i < images.Count; i++)
        {
            foreach (var number in images.ClassSet(i))
            {
                var one = number < 0 ? -1 - number : number;
                sides[(i * classes) + one] = one < classes ? number < 0 ? 0 : 1 : throw new ExperimentException(
                    FailureKind.Data, $"Image {i} shows the class {one}, but there are {classes}; check the data's annotations.");
            }
        }

        return tensor(sides, [images.Count, classes], device: device);
    }
}
