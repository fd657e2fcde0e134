using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Training;
using SslFramework.Engine.Weights;
using SslFramework.Host.Components;
using SslFramework.Host.Failures;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Experiments;

/// <summary>The objects that an experiment names, built and fitted together.</summary>
internal sealed class ExperimentParts : IDisposable
{
    private readonly ExperimentConfig config;
    private readonly ServiceProvider provider;
    private readonly DataInfo info;

    private ExperimentParts(ExperimentConfig config, IDataSource source, ServiceProvider provider)
    {
        (this.config, this.provider) = (config, provider);
        Method = $"The objective \"{config.Objective.Descriptor.Name}\" of "
            + $"{provider.GetRequiredService<ComponentCatalog>().OwnerOf(config.Objective.Descriptor)}";
        Source = source;
        Components = provider.GetRequiredService<IComponentFactory>();
        Device = Devices.Find(config.Device);
        if (config.Precision == Precision.Tf32 && Device.type != DeviceType.CUDA)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "\"precision\": \"tf32\" is a format of NVIDIA GPUs, and this run computes on the CPU; set \"auto\" or \"fp32\".");
        }

        DevicePrecision.Allow(config.Precision);
        Augmentation = Components.Create(config.Augmentation);
        info = provider.GetRequiredService<DataInfo>() with { Views = Augmentation.Views, Range = Augmentation.Range };
        Objective = NewObjective();
        var length = new RunLength(config.Training.Epochs, config.Training.BatchSize)
        {
            StepsPerEpoch = source.Count / (config.Training.BatchSize / config.Training.Accumulation) / config.Training.Accumulation,
        };
        Optimizer = Components.Create(
            config.Optimizer, NamedParameters.Of(Objective.Module, [.. Objective.Rules, .. config.Training.Rules]), length);
        Schedule = Components.Create(config.Schedule, length);
    }

    /// <summary>The experiment.</summary>
    public ExperimentConfig Config => config;

    /// <summary>The method and whose it is, for the beginning of a sentence.</summary>
    public string Method { get; }

    /// <summary>The same with its class and, if its symbols are there, the line in its source.</summary>
    public string MethodInCode
    {
        get
        {
            var type = config.Objective.Descriptor.Implementation;
            var loss = type.GetMethod(nameof(IPretextObjective.ComputeLoss));
            return $"{Method} ({type.Name}{(SourceLine.Of(loss) is { } line ? $", {line}" : "")})";
        }
    }

    public IComponentFactory Components { get; }

    public torch.Device Device { get; }

    /// <summary>What evaluators report to.</summary>
    public ProgressRelay Progress => provider.GetRequiredService<ProgressRelay>();

    /// <summary>Threads that read images.</summary>
    public int LoaderThreads => config.Training.LoaderThreads;

    public IDataSource Source { get; }

    public IAugmentation Augmentation { get; }

    public IPretextObjective Objective { get; }

    /// <summary>The encoder that is evaluated and exported.</summary>
    public IBackbone Backbone => Engine.Training.GradientCache.Within(Objective.Backbone);

    /// <summary>Lets the objective encode in portions, if the experiment says so.</summary>
    public GradientCache? GradientCache => provider.GetService<GradientCache>();

    /// <summary>What backbones took of files of weights to start from.</summary>
    public IReadOnlyList<StartWeights> StartWeights => provider.GetRequiredService<StartWeightsReader>().Taken;

    public IOptimizer Optimizer { get; }

    public ISchedule Schedule { get; }

    /// <summary>Builds everything. The same seed gives the same weights.</summary>
    /// <exception cref="ExperimentException">Something is missing or does not fit.</exception>
    public static ExperimentParts Build(ExperimentConfig config, Installation installation)
    {
        MallocTuning.KeepLargeBlocks();
        if (config.Threads is { } threads)
        {
            torch.set_num_threads(threads);
        }

        var services = ComponentServices.For(installation, config.Backbone);
        IDataSource source;
        using (var first = services.BuildServiceProvider())
        {
            source = first.GetRequiredService<IComponentFactory>().CreateAt("data", config.Data);
        }

        if (config.Training.GradientCache is { } images)
        {
            services.AddSingleton(new GradientCache(images));
        }

        services.AddSingleton(source);
        services.AddSingleton(new DataInfo(source.Count, source.Channels) { Size = source.Size });
        return new ExperimentParts(config, source, services.BuildServiceProvider());
    }

    /// <summary>A new objective with the weights that this seed gives.</summary>
    public IPretextObjective NewObjective()
    {
        torch.manual_seed(config.Seed);
        var objective = Components.Create(config.Objective, info);
        objective.Module.to(Device);
        return objective;
    }

    /// <summary>
    /// A new backbone with the weights that this seed gives: those of a new objective's, if the experiment names no file of them.
    /// </summary>
    public IBackbone NewBackbone()
    {
        torch.manual_seed(config.Seed);
        var backbone = Engine.Training.GradientCache.Within(provider.GetRequiredService<StartWeightsReader>()
            .WithoutFiles(provider.GetRequiredService<IBackboneFactory>().Create<IBackbone>));
        backbone.Module.to(Device);
        return backbone;
    }

    /// <summary>Says what backbones took of files of weights; warns if some of a backbone starts at random all the same.</summary>
    public void TellStartWeights(Messages messages)
    {
        foreach (var weights in StartWeights)
        {
            Action<string> say = weights.IsPartial ? Messages.Warn : messages.Note;
            say(weights.Sentence);
        }
    }

    /// <summary>Optimizer steps of an epoch.</summary>
    /// <param name="loader">Of <see cref="NewLoader"/>.</param>
    public long StepsPerEpoch(ViewLoader loader) => loader.BatchesPerEpoch / config.Training.Accumulation;

    /// <summary>Micro-batches of views: this process's part of each.</summary>
    /// <exception cref="ExperimentException">The batch size does not divide by the accumulation and the processes.</exception>
    public ViewLoader NewLoader(IProcessGroup group)
    {
        var training = config.Training;
        if (training.BatchSize % (training.Accumulation * group.Count) != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"training.batchSize\" ({training.BatchSize}) does not divide by \"training.accumulation\" "
                + $"({training.Accumulation}){(group.Count > 1 ? $" and {group.Count} processes" : "")}.");
        }

        var loader = new ViewLoader(Source, Augmentation, new LoaderOptions
        {
            BatchSize = training.BatchSize / training.Accumulation,
            Part = group.Rank,
            Parts = group.Count,
            Threads = training.LoaderThreads,
            MaximumBad = training.MaximumBad,
            Seed = config.Seed,
            Shuffle = true,
            DropLast = true,
            Pinned = Device.type == DeviceType.CUDA,
        });
        return loader.BatchesPerEpoch >= training.Accumulation ? loader : throw new ExperimentException(
            FailureKind.Config,
            $"An epoch has {loader.BatchesPerEpoch} micro-batches, fewer than \"training.accumulation\" ({training.Accumulation}); "
            + "lower it or \"training.batchSize\".");
    }

    /// <summary>Frees everything. A plugin that fails here is told of, and hides neither what failed before nor what was done.</summary>
    public void Dispose()
    {
        try
        {
            Optimizer.Dispose();
            Objective.Module.Dispose();
            provider.Dispose();
        }
        catch (Exception e)
        {
#pragma warning disable CA1816 // The module's finalizer would fail again, and end the process.
            GC.SuppressFinalize(Objective.Module);
#pragma warning restore CA1816
            Messages.Warn(Failure.Explain(e).Sentence);
        }
    }
}
