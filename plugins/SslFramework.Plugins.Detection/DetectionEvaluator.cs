using SslFramework.Core.Diagnostics;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.FineTuning;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Trains a detector together with the backbone, and measures average precision of what it finds in test images after the last step. The
/// backbone is restored afterwards. Raw pixels, which have nothing to tune, give no results; if the loss is not finite, results are NaN.
/// </summary>
internal sealed class DetectionEvaluator : IEvaluator
{
    private const double ShownFrom = 0.3; // scores of detections that are drawn

    private readonly DetectionSettings settings;
    private readonly IProgress<EvaluationProgress>? progress;
    private readonly IProgress<Figure>? figures;
    private readonly IProgress<Chart>? charts;

    /// <summary>Makes the evaluator.</summary>
    public DetectionEvaluator(
        DetectionOptions options,
        IProgress<EvaluationProgress>? progress = null,
        IProgress<Figure>? figures = null,
        IProgress<Chart>? charts = null) =>
        (settings, this.progress, this.figures, this.charts) = (options.Resolve(), progress, figures, charts);

    /// <inheritdoc/>
    public LabelKinds Needs =>
        LabelKinds.Objects | (settings.Masks ? LabelKinds.Masks : 0) | (settings.Keypoints ? LabelKinds.Keypoints : 0);

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train) => settings;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">Objects are missing, or the settings do not fit the backbone.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        var (known, asked) = AnnotatedPair.Of(train, test, Needs, which =>
            $"A detector needs {Needs.ToString().ToLowerInvariant()}, but the {which} images lack them; take a data source that has them, "
            + "such as 'coco', 'lvis', 'voc', 'cityscapes' or 'scenes'.");
        if (!backbone.Module.parameters().Any())
        {
            return [];
        }

        if (backbone is not IMapBackbone mapped)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone {backbone.GetType().Name} gives no maps, and a detector is made of them; take a convolutional network or a "
                + "vision transformer, or leave 'detection' out.");
        }

        using var random = new KeptRandomState();
        using var scope = NewDisposeScope();
        using var state = new BackboneState(backbone);
        using var training = new DetectionTraining(mapped, settings, known);
        var broken = training.Run(progress);
        var scores = new DetectionScores(settings, known, asked.Annotations);
        using var figure = figures is null || broken is not null ? null : new BoxFigure(asked.Count, asked.Annotations.ObjectClasses);
        foreach (var (batch, places, found) in broken is null ? training.Detect(asked, progress) : [])
        {
            for (var i = 0; i < found.Length; i++)
            {
                using var image = NewDisposeScope();
                var (truth, place) = (asked.Objects((int)batch.Indices[i]), places[i]);
                scores.Add(truth, found[i], batch.Maps?[i], place);
                figure?.Add(
                    batch.Indices[i],
                    batch.Images[i],
                    truth.Objects.Select(one => new ClassBox(one.Class, place.ToView(one.Box))),
                    found[i].Where(one => one.Score >= ShownFrom).Select(one => new ClassBox(one.Class, place.ToView(one.Box))));
            }
        }

        if (figure is not null)
        {
            figures!.Report(figure.Draw("Objects in some test images"));
        }

        foreach (var chart in broken is null && charts is not null ? scores.Charts() : [])
        {
            charts!.Report(chart);
        }

        return scores.Results(broken);
    }
}
