using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Components;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Weights;

/// <summary>What <c>ssl evaluate</c> measures.</summary>
internal sealed class EvaluationTarget(TrainedWeights weights)
{
    private readonly ExperimentConfig? experiment = weights.Experiment;

    /// <summary>Builds the backbone as the evaluation's images need it, and loads its weights.</summary>
    /// <param name="file">What is measured.</param>
    /// <param name="installation">The plugins.</param>
    /// <param name="tell">Receives a sentence if the weights' file holds other backbones too.</param>
    /// <exception cref="ExperimentException">Something is missing or does not fit.</exception>
    public EvaluationContext Open(EvaluationFile file, Installation installation, Action<string>? tell = null)
    {
        MallocTuning.KeepLargeBlocks();
        if ((file.Threads ?? experiment?.Threads) is { } threads)
        {
            torch.set_num_threads(threads);
        }

        var services = ComponentServices.For(installation, weights.Network(file.Backbone)).AddSingleton(StartWeightsReader.Idle());
        var (source, info) = Images(file, services);
        var provider = services.AddSingleton(source).AddSingleton(info).BuildServiceProvider();
        var (device, seed) = (Devices.Find(file.Device ?? experiment?.Device ?? DeviceChoice.Auto), file.Seed ?? experiment?.Seed ?? 0);
        var progress = provider.GetRequiredService<ProgressRelay>();
        var trained = NewBackbone();
        weights.Load(trained, tell);
        return new EvaluationContext
        {
            Components = provider.GetRequiredService<IComponentFactory>(),
            Progress = progress,
            Device = device,
            LoaderThreads = file.LoaderThreads,
            MaximumBad = file.MaximumBad ?? experiment?.Training.MaximumBad ?? new LoaderOptions().MaximumBad,
            Seed = seed,
            Backbone = trained,
            NewBackbone = NewBackbone,
            Supervised = experiment is null ? null : Supervised,
            Source = source,
            Data = file.Train ?? experiment?.Data,
            Views = experiment?.Augmentation,
        };

        IBackbone NewBackbone()
        {
            torch.manual_seed(seed);
            var fresh = provider.GetRequiredService<IBackboneFactory>().Create<IBackbone>();
            fresh.Module.to(device);
            return fresh;
        }

        IBackbone Supervised()
        {
            using var parts = ExperimentParts.Build(experiment!, installation);
            return SupervisedPretraining.Run(parts, experiment!, progress);
        }
    }

    /// <summary>The images to learn from, and what the network is told of them: the transform decides about channels.</summary>
    private (IDataSource Source, DataInfo Info) Images(EvaluationFile file, IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        var components = provider.GetRequiredService<IComponentFactory>();
        var source = components.Create(file.Train ?? experiment?.Data ?? throw new ExperimentException(
            FailureKind.Config,
            "The evaluation needs \"train\", a data source with labels to learn from: weights from a file bring none."));
        source.Notes.ToList().ForEach(Messages.Warn);
        var view = EvaluationImages.Transform(file.Transform, components, source, source.Size).Views[0];
        return (source, new DataInfo(source.Count, view.Channels) { Size = new ImageSize(view.Height, view.Width) });
    }
}
