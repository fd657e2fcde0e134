using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Training;
using TorchSharp.Modules;

namespace SslFramework.Tests.Engine.Training;

/// <summary>
/// The training loop over made images, without files, plugins or a command line: a small transformer learns how bright an image is. No
/// image's loss depends on another image.
/// </summary>
internal sealed class SmallLoop : IDisposable
{
    public const int Images = 24;
    public const int BatchSize = 8;

    private readonly ViewLoader loader;
    private readonly Sgd optimizer;

    public SmallLoop(TrainingOptions? options = null, double learningRate = 0.1, IDataSource? source = null, StepProfile? profile = null)
    {
        options ??= new();
        options = options with { BatchSize = BatchSize, Epochs = 2, LogEvery = 1 };
        manual_seed(1);
        var cache = options.GradientCache is { } images ? new GradientCache(images) : null;
        var backbone = new VisionTransformer(new() { ImageSize = 8, PatchSize = 4, Dimension = 8, Depth = 1, Heads = 2 }, new DataInfo(Images, 1));
        Objective = new Brightness(cache?.Over(backbone) ?? backbone);
        optimizer = new Sgd(
            new() { Momentum = 0, WeightDecay = 0.1 }, new NamedParameters([.. Objective.named_parameters().Select(p => (p.name, p.parameter))]));
        loader = new ViewLoader(
            source ?? new SyntheticSource(new() { Count = Images, Size = 8, Channels = 1 }), new Whole(), new() { BatchSize = BatchSize / options.Accumulation });
        Pretrainer = new Pretrainer(
            Objective, optimizer, new Constant(learningRate), loader, options,
            new PretrainerSettings(0, CPU, Precision.Fp32, SingleProcess.Instance)
            {
                OnIncident = Incidents.Add,
                GradientCache = cache,
                Profile = profile,
            });
    }

    public Pretrainer Pretrainer { get; }

    public Brightness Objective { get; }

    public List<Incident> Incidents { get; } = [];

    public List<StepMetrics> Metrics { get; } = [];

    /// <summary>All weights, one after the other.</summary>
    public float[] Weights => [.. Objective.parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray())];

    /// <summary>Trains for some steps.</summary>
    public SmallLoop Take(int steps)
    {
        var until = Pretrainer.Step + steps;
        Pretrainer.Run(metrics =>
        {
            Metrics.AddRange(metrics is null ? [] : [metrics]);
            return Pretrainer.Step < until;
        });
        return this;
    }

    public void Dispose()
    {
        Pretrainer.Dispose();
        loader.Dispose();
        optimizer.Dispose();
        Objective.Dispose();
    }

    /// <summary>A regression of an image's mean. Tests change its loss.</summary>
    public sealed class Brightness : PretextObjective<IBackbone>
    {
        private readonly Linear head;
        private readonly Tensor seen;

        public Brightness(IBackbone backbone)
            : base(backbone)
        {
            head = nn.Linear(backbone.FeatureDimension, 1);
            seen = zeros(1).DetachFromDisposeScope();
            RegisterComponents();
        }

        public Func<Tensor, StepContext, Tensor> Change { get; set; } = (loss, _) => loss;

        public Action<EpochStart> Begin { get; set; } = _ => { };

        /// <summary>Images that the forward pass has seen: a buffer.</summary>
        public float Seen => seen.item<float>();

        public override void BeginEpoch(EpochStart epoch) => Begin(epoch);

        public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
        {
            var images = batch.Views[0]; // [N, 1, 8, 8]
            seen.add_(images.shape[0]);
            var loss = (head.forward(Backbone.Forward(images)).squeeze(1) - images.mean([1, 2, 3])).square().mean();
            return new(Change(loss, step));
        }
    }

    private sealed class Constant(double rate) : ISchedule
    {
        public double Peak => rate;

        public double LearningRate(double epoch) => rate;
    }

    private sealed class Whole : IAugmentation
    {
        public IReadOnlyList<ViewShape> Views => [new ViewShape(1, 8, 8)];

        public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination)
        {
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = image.Pixels[i] / 255f;
            }
        }
    }
}
