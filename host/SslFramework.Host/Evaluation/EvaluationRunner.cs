using SslFramework.Core.Backbones;
using SslFramework.Core.Distributed;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data;
using SslFramework.Engine.Evaluation;
using SslFramework.Engine.Pictures;
using SslFramework.Engine.Weights;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>Runs every evaluator on a backbone and, in the same way, on what it must beat.</summary>
internal sealed class EvaluationRunner
{
    private readonly EvaluationContext context;
    private readonly EvaluationConfig config;
    private readonly EvaluationImages images;
    private readonly (IEvaluator Evaluator, string Name, string Protocol)[] evaluators;
    private readonly Dictionary<string, EvaluationProtocol> protocols = [];
    private List<SubjectFigure>? figures; // null where nobody looks at them
    private List<SubjectChart>? charts;
    private int part;
    private int parts;

    /// <summary>Opens the images, and tells on stderr if the same ones are to be learned from and measured on.</summary>
    /// <exception cref="ExperimentException">A source has no labels, or parts do not fit together.</exception>
    public EvaluationRunner(EvaluationContext context, EvaluationConfig config)
    {
        (this.context, this.config) = (context, config);
        var created = config.Evaluators
            .Select(component => (Component: component, Evaluator: context.Components.Create(component))).ToArray();
        var needs = new EvaluationNeeds([.. created.Select(e => (e.Component.Descriptor.Name, e.Evaluator.Needs))]);
        images = EvaluationImages.Open(context, config, needs);
        if (needs.All != LabelKinds.None && images.Overlap > 0)
        {
            Messages.Warn(
                $"{images.Overlap} of the {images.Test.Count} test images are train images as well, pixel for pixel: "
                + "accuracies come out too high; take them out of one of the two.");
        }

        evaluators = [.. created.Select(e =>
        {
            var protocol = Protocol(e.Component, e.Evaluator);
            protocols[protocol.Hash()] = protocol;
            return (e.Evaluator, context.Prefix + e.Component.Descriptor.Name, protocol.Hash());
        })];
    }

    /// <summary>All numbers of an evaluation, and of what is measured beside it.</summary>
    /// <param name="context">Of the evaluation.</param>
    /// <param name="own">The evaluation; null if there are transfers alone.</param>
    /// <param name="transfers">What is measured on other images.</param>
    /// <exception cref="ExperimentException">Parts do not fit together, an evaluator refuses, or a baseline cannot be had.</exception>
    public static EvaluationReport Run(EvaluationContext context, EvaluationConfig? own, IReadOnlyList<TransferConfig> transfers)
    {
        EvaluationReport[] reports =
        [
            .. own is null ? Array.Empty<EvaluationReport>() : [new EvaluationRunner(context, own).Run()],
            .. transfers.Select((transfer, i) => new EvaluationRunner(context.For(transfer, i), transfer).Run()),
        ];
        SubjectFigure[] figures = [.. reports.SelectMany(report => report.Figures ?? []).Select((figure, i) => figure.Numbered(i + 1))];
        SubjectChart[] charts = [.. reports.SelectMany(report => report.Charts ?? [])];
        return new(
            [.. reports.SelectMany(report => report.Results)],
            reports.SelectMany(report => report.Protocols).DistinctBy(protocol => protocol.Key).ToDictionary())
        {
            Figures = figures.Length == 0 ? null : figures,
            Charts = charts.Length == 0 ? null : charts,
        };
    }

    /// <summary>All numbers of the trained backbone and of the baselines.</summary>
    /// <exception cref="ExperimentException">An evaluator refuses, or a baseline cannot be had.</exception>
    public EvaluationReport Run()
    {
        using var random = new KeptRandomState();
        var subjects = 1 + (config.Baselines ? 2 : 0) + config.FurtherBaselines.Distinct().Count();
        (part, parts, figures, charts) = (0, subjects * evaluators.Length, [], []);
        var results = new List<SubjectResult>(Measure("trained", context.Backbone));
        if (config.Baselines)
        {
            results.AddRange(MeasureAndForget("random-init", context.NewBackbone()));
            results.AddRange(MeasureAndForget("raw-pixels", new RawPixels(images.Shape)));
        }

        foreach (var baseline in config.FurtherBaselines.Distinct())
        {
            results.AddRange(baseline == FurtherBaseline.Supervised
                ? MeasureSupervised()
                : MeasureAndForget("rescaled-random", Rescaled()));
        }

        return Report(results);
    }

    /// <summary>All numbers of one backbone, which is left as it was. Draws nothing from torch's own generator.</summary>
    /// <param name="subject">What to call it.</param>
    /// <param name="backbone">On the context's device.</param>
    /// <exception cref="ExperimentException">An evaluator refuses.</exception>
    public IReadOnlyList<SubjectResult> Measure(string subject, IBackbone backbone)
    {
        using var scope = torch.NewDisposeScope();
        using var modes = new KeptModes(backbone.Module);
        backbone.Module.eval();
        var weights = WeightHash.Of(backbone.Module);
        return [.. evaluators.SelectMany(e =>
        {
            context.Progress.Begin($"{(parts == 0 ? "" : $"{++part}/{parts}  ")}{subject}, {e.Name}");
            context.Progress.Drawn = figures is null ? null : figure => figures.Add(new(e.Name, subject, figure.Title, "", weights)
            {
                Picture = FigureSheet.Encode([figure]),
            });
            context.Progress.Charted = charts is null ? null : chart => charts.Add(SubjectChart.Of(chart, e.Name, subject, weights));
            return e.Evaluator.Evaluate(backbone, images.Train, images.Test).Select(r => new SubjectResult(
                e.Name, subject, r.Layer, r.Metric, r.Value, r.Interval is { } i ? [i.Low, i.High] : null, e.Protocol, weights)
            {
                Kind = r.Kind,
                Remark = r.Remark,
            });
        })];
    }

    /// <summary>Numbers with the protocols by which they were measured.</summary>
    public EvaluationReport Report(IReadOnlyList<SubjectResult> results) => new(results, protocols) { Figures = figures, Charts = charts };

    private IReadOnlyList<SubjectResult> MeasureAndForget(string subject, IBackbone backbone)
    {
        using (backbone.Module)
        {
            context.Group.Share(backbone.Module);
            return Measure(subject, backbone);
        }
    }

    /// <summary>Nothing if its training diverges in any process, which is told: the other numbers are none the worse for it.</summary>
    private IReadOnlyList<SubjectResult> MeasureSupervised()
    {
        var (backbone, why) = ((IBackbone?)null, "it diverged in another process");
        try
        {
            backbone = Supervised();
        }
        catch (DivergenceException e)
        {
            why = e.Message.TrimEnd('.');
        }

        if (context.Group.All(backbone is not null))
        {
            return MeasureAndForget("supervised", backbone!);
        }

        backbone?.Module.Dispose();
        part += evaluators.Length;
        Messages.Warn($"The baseline \"supervised\" is left out, because its training diverged: {why}.");
        return [];
    }

    private IBackbone Supervised()
    {
        context.Progress.Begin("supervised");
        return context.Supervised?.Invoke() ?? throw new ExperimentException(
            FailureKind.Config,
            "The baseline \"supervised\" pretrains as the experiment does, but weights from a file have no experiment; "
            + "take it out of \"furtherBaselines\".");
    }

    private IBackbone Rescaled()
    {
        var backbone = context.NewBackbone();
        using var scope = torch.NewDisposeScope();
        var batches = images.Train.Select(SampleOrder.Spread(128, images.Train.Count)).Read(128);
        RescaledWeights.Fit(backbone, batches.Select(batch => batch.Images.to(context.Device, copy: true)).First());
        return backbone;
    }

    private EvaluationProtocol Protocol(Component<IEvaluator> component, IEvaluator evaluator) => new()
    {
        Evaluator = component.Descriptor.Name,
        Options = OptionsWriter.Write(evaluator.Protocol(images.Train) ?? component.Options)!,
        Train = images.TrainData,
        Test = images.TestData,
        Overlap = images.Overlap,
        Transform = OptionsWriter.Write(config.Transform)!,
        TrainTransform = OptionsWriter.Write(config.TrainTransform),
        Seed = context.Seed,
        Versions = SoftwareVersions.Current,
    };
}
