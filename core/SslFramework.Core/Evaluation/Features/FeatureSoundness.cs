using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>
/// Whether features can be measured. If features are NaN or infinite, every number is NaN; if they are the same for all
/// images, it is that of guessing. Both are results, and say so.
/// </summary>
internal static class FeatureSoundness
{
    private const double Rounding = 1e-6; // the difference that the batch size makes for one image

    /// <summary>Measures features and adds the necessary remarks to the numbers.</summary>
    /// <param name="train">Features to learn from.</param>
    /// <param name="test">Features to measure on.</param>
    /// <param name="measure">Gives the numbers of finite features.</param>
    public static IEnumerable<Measurement> Judge(
        LabeledFeatures train, LabeledFeatures test, Func<LabeledFeatures, LabeledFeatures, IEnumerable<Measurement>> measure)
    {
        if ((Broken(train.Values) ?? Broken(test.Values)) is { } reason)
        {
            // Gives the numbers their names, as for other features.
            using var scope = NewDisposeScope();
            return [.. measure(Finite(train), Finite(test))
                .Select(number => number.Kind == MeasurementKind.Detail ? number : number.Without(reason))];
        }

        var remark = Constant(test.Values);
        return remark is null
            ? measure(train, test)
            : measure(train, test).Select(number => number with { Remark = number.Remark ?? remark });

        static LabeledFeatures Finite(LabeledFeatures features) => features with { Values = features.Values.nan_to_num(0, 0, 0) };
    }

    /// <summary>Why features [N, D] cannot be measured, or null if all are finite.</summary>
    public static string? Broken(Tensor features)
    {
        using var scope = NewDisposeScope();
        var sound = Blocks(features).Sum(block => block.isfinite().all(1).sum().item<long>());
        return sound == features.shape[0] ? null
            : $"The features of {features.shape[0] - sound} of {features.shape[0]} images are NaN or infinite, "
            + "so that nothing can be measured; check the weights.";
    }

    /// <summary>The remark on features [N, D] that are the same for every image; null for others, and for a single image.</summary>
    public static string? Constant(Tensor features)
    {
        using var scope = NewDisposeScope();
        var first = features.narrow(0, 0, 1);
        var room = first.abs().max().item<float>() * Rounding;
        return features.shape[0] > 1 && Blocks(features).All(block => block.sub(first).abs().max().item<float>() <= room)
            ? "The features are the same for all images: they have collapsed, and accuracies are those of guessing."
            : null;
    }

    // As many rows at a time as fit into 64 MiB.
    private static IEnumerable<Tensor> Blocks(Tensor features)
    {
        foreach (var block in features.split(Math.Max(1, (1L << 24) / Math.Max(1, features.shape[1]))))
        {
            using var scope = NewDisposeScope(); // frees what the reader makes of a block
            yield return block;
        }
    }
}
