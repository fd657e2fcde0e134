using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Engine.Distributed;

/// <summary>Trains a method's small experiment for 20 steps of 16 images as one of several processes.</summary>
internal static class SmallTraining
{
    public const int Steps = 20;

    // The default generator is one for all threads.
    private static readonly Lock Building = new();

    public static ExperimentConfig Experiment(string method, Installation installation, string folder, params string[] settings) => ExperimentFile.Read(
        SmallRuns.Write(method, folder),
        [
            .. method.StartsWith("exemplar", StringComparison.Ordinal) ? new[] { "data.count=64", "data.source.take=64" }
                : [method.EndsWith("-emoji", StringComparison.Ordinal) ? "data.count=64" : "data.take=64"],
            "training.batchSize=16", "training.epochs=5", "training.logEvery=5", "training.loaderThreads=0", .. settings,
        ],
        installation.Components);

    /// <param name="config">Of <see cref="Experiment"/>.</param>
    /// <param name="installation">With its plugins.</param>
    /// <param name="group">The processes.</param>
    /// <param name="type">Of all weights and views.</param>
    /// <param name="within">What stands around the objective.</param>
    /// <param name="checkpoints">Goes on from the newest of this folder, and leaves one there.</param>
    /// <param name="until">The last step.</param>
    /// <param name="bucketBytes">Of gradients that leave during the backward; where null, all leave together after it.</param>
    /// <param name="early">Whether gradients may do so; where null, as buckets say.</param>
    /// <param name="ended">Told at the end.</param>
    /// <returns>Weights, buffers and moments by name, and the last loss.</returns>
    public static (IReadOnlyDictionary<string, Tensor> State, double Loss) Train(
        ExperimentConfig config, Installation installation, IProcessGroup group, ScalarType type, Func<IPretextObjective, IPretextObjective>? within = null,
        string? checkpoints = null, long until = Steps, long? bucketBytes = null, bool? early = null, Action<Pretrainer>? ended = null)
    {
        ExperimentParts parts;
        IPretextObjective own;
        lock (Building)
        {
            parts = ExperimentParts.Build(config, installation);
            own = parts.NewObjective();
        }

        using var built = parts;
        own.Module.to(type);
        var objective = (within ?? (it => it))(new InType(own, type));
        using var optimizer = parts.Components.Create(
            config.Optimizer, NamedParameters.Of(own.Module, [.. own.Rules, .. config.Training.Rules]));
        using var loader = parts.NewLoader(group);
        var settings = new PretrainerSettings(config.Seed, CPU, Precision.Fp32, group) { GradientCache = parts.GradientCache };
        settings = settings with { BucketBytes = bucketBytes ?? settings.BucketBytes, OverlapExchange = early ?? bucketBytes is not null };
        using var pretrainer = new Pretrainer(objective, optimizer, parts.Schedule, loader, config.Training, settings);
        var folder = checkpoints is null ? null : new CheckpointFolder(checkpoints, Disk.Instance, _ => Assert.Fail());
        if (group.Share(group.Rank == 0 ? folder?.Newest() : null) is { } newest)
        {
            pretrainer.State = TrainingCheckpoint.Restore(newest, own, optimizer);
        }

        var loss = double.NaN;
        pretrainer.Run(metrics =>
        {
            loss = metrics?.Values["loss"] ?? loss;
            return pretrainer.Step < until;
        });
        Assert.AreEqual(until, pretrainer.Step);
        ended?.Invoke(pretrainer);
        if (group.Rank == 0)
        {
            folder?.Save(pretrainer.State, own, optimizer);
        }

        return (StateDict.Of(own.Module).Concat(optimizer.State).ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone().DetachFromDisposeScope()), loss);
    }

    /// <summary>The largest difference of any tensor, as a part of that tensor's largest number (or of 1 where that is less).</summary>
    public static (string Name, double Value) Difference(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        using var scope = NewDisposeScope();
        CollectionAssert.AreEquivalent(expected.Keys.ToArray(), actual.Keys.ToArray());
        return expected.Select(pair => (pair.Key, Relative(pair.Value.to(float64), actual[pair.Key].to(float64)))).MaxBy(pair => pair.Item2);

        static double Relative(Tensor a, Tensor b) => a.numel() == 0 ? 0 : (a - b).abs().max().ToDouble() / Math.Max(1, a.abs().max().ToDouble());
    }

    private sealed class InType(IPretextObjective objective, ScalarType type) : IPretextObjective
    {
        public nn.Module Module => objective.Module;

        public IBackbone Backbone => new Converted(objective.Backbone, type);

        public void BeginEpoch(EpochStart epoch) => objective.BeginEpoch(new EpochStart(
            epoch.Epoch, epoch.TotalEpochs, epoch.Random, epoch.Replicas, epoch.Device, augmentation => epoch.ReadAll(augmentation).Select(Typed)));

        public StepResult ComputeLoss(ViewBatch batch, StepContext step) => objective.ComputeLoss(Typed(batch), step);

        public void BeforeUpdate(StepContext step) => objective.BeforeUpdate(step);

        public void AfterUpdate(StepContext step) => objective.AfterUpdate(step);

        private ViewBatch Typed(ViewBatch batch) => new([.. batch.Views.Select(view => view.to(type))], batch.Indices);
    }

    private sealed class Converted(IBackbone backbone, ScalarType type) : IBackbone
    {
        public nn.Module Module => backbone.Module;

        public int Channels => backbone.Channels;

        public int FeatureDimension => backbone.FeatureDimension;

        public IReadOnlyList<BackboneLayer> Layers => backbone.Layers;

        public Tensor Forward(Tensor images) => backbone.Forward(images.to(type));

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => backbone.ForwardLayers(images.to(type));
    }
}
