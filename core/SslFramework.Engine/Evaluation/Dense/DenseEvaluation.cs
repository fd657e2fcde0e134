using SslFramework.Core.Diagnostics;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>
/// Measures how well something that learned from patches of train images tells the class of every pixel of test images. Features and
/// scores of a batch of images are all that is in memory at a time, besides the patches that are learned from.
/// </summary>
internal static class DenseEvaluation
{
    private const string BrokenPatches = "Features of patches are NaN or infinite, so that nothing can be measured; check the weights.";

    /// <summary>Learns from patches and measures, one place of the backbone after the other.</summary>
    /// <param name="backbone">The frozen backbone.</param>
    /// <param name="train">Images with maps to learn from.</param>
    /// <param name="test">Images with maps to measure on.</param>
    /// <param name="options">Which patches, and which places.</param>
    /// <param name="rules">Which patches are taken, and what they are of.</param>
    /// <param name="learn">
    /// Makes, of features [P, D] and shares of classes [P, C], what gives scores [n, C] for features [n, D].
    /// </param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="figures">Receives what was found in a few test images.</param>
    /// <exception cref="ExperimentException">There are no maps, or not of the same classes.</exception>
    public static IReadOnlyList<EvaluationResult> Measure(
        IBackbone backbone,
        ILabeledImages train,
        ILabeledImages test,
        DenseOptions options,
        PatchRules rules,
        Func<Tensor, Tensor, Func<Tensor, Tensor>> learn,
        IProgress<EvaluationProgress>? progress,
        IProgress<Figure>? figures = null)
    {
        var (known, asked) = MappedImages.Of(train, test);
        var taps = MapTaps.Find(backbone, train, options);
        var results = new List<EvaluationResult>();
        foreach (var group in Groups(taps, train, options))
        {
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            var limit = FeatureMemory.Of(train, taps.Device);
            var kept = Bytes(group, options) > limit ? CPU : taps.Device;
            var patches = PatchSet.Of(taps.Of(group), known, options, rules, kept, progress);
            var broken = patches.Features.Select(Broken).ToList();
            var learned = patches.Features.Select((features, i) =>
                learn(broken[i] is null ? features : features.nan_to_num(0, 0, 0), patches.Shares)).ToList();
            using var figure = results.Count > 0 || figures is null ? null : new MapFigure(asked.Count, asked.Annotations.MapClasses);
            var confusions = Score(taps.Of(group), asked, learned, broken, progress, figure);
            if (figure is not null && broken[0] is null)
            {
                figures!.Report(figure.Draw("Classes of the pixels of some test images"));
            }

            for (var i = 0; i < group.Count; i++)
            {
                var remark = broken[i] is null ? Collapsed(patches.Features[i]) : null;
                results.AddRange(confusions[i].Measure(asked.Annotations.Background)
                    .Concat(confusions[i].MeasureClasses(asked.Annotations.MapClasses))
                    .Select(number => broken[i] is { } reason ? number.Without(reason) : number with { Remark = remark })
                    .Select(number => number.Of(group[i].Layer)));
            }
        }

        return results;
    }

    /// <summary>The class of every pixel of some images.</summary>
    /// <param name="scores">Of patches, [N, C, rows, columns].</param>
    /// <param name="view">Rows and columns of the images.</param>
    /// <returns>uint8 [N, H, W] on the CPU.</returns>
    public static Tensor Predicted(Tensor scores, ImageSize view)
    {
        using var scope = NewDisposeScope();
        return nn.functional.interpolate(scores, [view.Height, view.Width], mode: InterpolationMode.Bilinear, align_corners: false)
            .argmax(1).to(uint8).cpu().MoveToOuterDisposeScope();
    }

    private static PixelConfusion[] Score(
        MapTaps taps,
        IAnnotatedImages test,
        List<Func<Tensor, Tensor>> learned,
        List<string?> broken,
        IProgress<EvaluationProgress>? progress,
        MapFigure? figure)
    {
        var confusions = taps.Items.Select(_ => new PixelConfusion(test.Annotations.MapClasses.Count)).ToArray();
        var done = 0;
        foreach (var batch in test.ReadAnnotated(DenseBatch.SizeFor(taps, test)))
        {
            using var scope = NewDisposeScope();
            var (features, view) = (taps.Read(batch.Images), new ImageSize((int)batch.Images.shape[2], (int)batch.Images.shape[3]));
            var (truth, length) = (batch.Maps!.data<byte>().ToArray(), view.Height * view.Width);
            for (var i = 0; i < learned.Count; i++)
            {
                using var place = NewDisposeScope();
                var shape = features[i].shape;
                var rows = features[i].permute(0, 2, 3, 1).flatten(0, 2); // [N · rows · columns, D]
                broken[i] ??= rows.isfinite().all().ToBoolean() ? null : BrokenPatches;
                var scores = learned[i](broken[i] is null ? rows : rows.nan_to_num(0, 0, 0)); // [N · rows · columns, C]
                var maps = scores.view(shape[0], shape[2], shape[3], -1).permute(0, 3, 1, 2);
                var found = Predicted(maps, view); // [N, H, W]
                var predicted = found.data<byte>().ToArray();
                if (i == 0)
                {
                    figure?.Add(batch, found);
                }

                for (var image = 0; image < batch.Indices.Count; image++)
                {
                    confusions[i].Add(truth.AsSpan(image * length, length), predicted.AsSpan(image * length, length));
                }
            }

            done += batch.Indices.Count;
            progress?.Report(new("classes of test pixels", done, test.Count));
        }

        return confusions;
    }

    /// <summary>Splits the places so that the patches of each group fit into memory together.</summary>
    internal static IEnumerable<List<MapTap>> Groups(MapTaps taps, ILabeledImages train, DenseOptions options)
    {
        var (limit, group) = (FeatureMemory.Of(train, taps.Device), new List<MapTap>());
        foreach (var tap in taps.Items)
        {
            if (group.Count > 0 && Bytes([.. group, tap], options) > limit)
            {
                yield return group;
                group = [];
            }

            group.Add(tap);
        }

        yield return group;
    }

    private static long Bytes(List<MapTap> group, DenseOptions options) =>
        group.Sum(tap => (long)tap.Length) * options.Patches * sizeof(float);

    /// <summary>Why features [n, D] of patches cannot be measured, or null.</summary>
    internal static string? Broken(Tensor features) => FeatureSoundness.Broken(features) is null ? null : BrokenPatches;

    /// <summary>The remark on features [n, D] that are the same for every patch; null for others.</summary>
    internal static string? Collapsed(Tensor features) => FeatureSoundness.Constant(features) is null ? null
        : "The features are the same for all patches: they have collapsed, and scores are those of guessing.";
}
