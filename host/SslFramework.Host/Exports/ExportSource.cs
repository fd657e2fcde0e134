using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Checkpoints;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Host.Exports;

/// <summary>What is exported: the backbone of a run that has ended, or of one of its checkpoints.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Experiment">What made it.</param>
/// <param name="Backbone">With its weights, in evaluation mode.</param>
internal sealed record ExportSource(string Run, ExperimentConfig Experiment, IBackbone Backbone)
{
    private const string Objective = "objective.safetensors";

    /// <summary>Builds the backbone and loads its weights. The images need not be at hand, if the weights tell their channels.</summary>
    /// <exception cref="ExperimentException">There is no run, or its parts are missing or do not fit.</exception>
    public static ExportSource Open(string path, Installation installation)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var (run, weights, prefix) = File.Exists(Path.Combine(full, Objective))
            ? (Path.GetDirectoryName(Path.GetDirectoryName(full)!)!, Path.Combine(full, Objective), "backbone.")
            : (full, Path.Combine(full, "backbone.safetensors"), "");
        var experiment = Path.Combine(run, "experiment.json");
        if (!File.Exists(weights) || !File.Exists(experiment))
        {
            throw new ExperimentException(
                ExitCode.Usage,
                $"{path} is neither the folder of a run that has ended (it would hold experiment.json and backbone.safetensors) nor one of its checkpoints (RUN/checkpoints/step-…); name one of the two.");
        }

        var config = ExperimentFile.Read(experiment, [], installation.Components);
        using var scope = torch.NewDisposeScope();
        var tensors = SafeTensors.Read(weights).Tensors;
        var services = ComponentServices.For(installation, config.Backbone);
        using var provider = services.AddSingleton(Data(tensors, prefix, config, services)).BuildServiceProvider();
        var backbone = provider.GetRequiredService<IBackboneFactory>().Create<IBackbone>();
        StateDict.Load(backbone.Module, tensors, prefix, weights);
        backbone.Module.eval();
        return new(run, config, backbone);
    }

    private static DataInfo Data(IReadOnlyDictionary<string, torch.Tensor> tensors, string prefix, ExperimentConfig config, IServiceCollection services)
    {
        foreach (var first in new[] { "conv1.weight", "patch_embed.proj.weight" })
        {
            if (tensors.TryGetValue(prefix + first, out var weight) && weight.ndim == 4)
            {
                return new DataInfo(1, (int)weight.shape[1]);
            }
        }

        using var provider = services.BuildServiceProvider();
        var source = provider.GetRequiredService<IComponentFactory>().Create(config.Data);
        return new DataInfo(source.Count, source.Channels) { Size = source.Size };
    }
}
