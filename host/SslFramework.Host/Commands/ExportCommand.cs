using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights.Onnx;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl export RUN_OR_CHECKPOINT</c>: the backbone for other programs, with a card that says what it is.</summary>
internal sealed class ExportCommand : GuardedCommand
{
    private const string Onnx = "backbone.onnx";
    private const string Card = "README.md";

    private readonly Argument<string> target = new("run-or-checkpoint") { Description = "A run that has ended, or RUN/checkpoints/step-…" };
    private readonly Option<string?> output = SharedOptions.Output("The folder to write; "
        + "export in the run's folder where absent", "folder");
    private readonly Option<bool> onnx = new("--onnx")
    {
        Description = "End with an error where the backbone has no ONNX writer, instead of leaving ONNX out",
    };

    private readonly Option<bool> noOnnx = new("--no-onnx") { Description = "Write no ONNX" };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly PluginArguments plugins = new();

    public ExportCommand()
        : base(
            "export",
            "Write a run's backbone as safetensors and ONNX, with a model card and code that loads it.",
            "ssl export runs/quickstart",
            "ssl export runs/quickstart/checkpoints/step-000000100 --output early") =>
        Takes([target, output, onnx, noOnnx, force, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var (named, installation) = (parsed.GetValue(target)!, plugins.Load(parsed));
        var weights = TrainedWeights.Find(named, installation);
        var experiment = weights.Experiment ?? throw new ExperimentException(
            FailureKind.Usage,
            $"No experiment.json says what made '{weights.File}', and an export's card tells it; "
            + "name the folder of a run, or RUN/checkpoints/step-….");
        var folder = OutputFolder.Make(parsed.GetValue(output) ?? Path.Combine(weights.Run, "export"), "--output");
        string[] files = [RunFiles.Backbone, Onnx, RunFiles.Experiment, Card];
        OutputFolder.EnsureNew(parsed.GetValue(force), "the export", [.. files.Select(file => Path.Combine(folder, file))]);
        bool? isAsked = parsed.GetValue(noOnnx) ? false : parsed.GetValue(onnx) ? true : null;
        bool hasOnnx;
        using (LivePanel.Note($"writing {folder}"))
        {
            hasOnnx = Write(folder, weights, experiment, isAsked, installation);
        }

        ResultConsole.WriteLine($"{folder}: {string.Join(", ", files.Where(file => hasOnnx || file != Onnx))}");
        return ExitCode.Success;
    }

    /// <returns>Whether ONNX is among the files.</returns>
    private static bool Write(string folder, TrainedWeights weights, ExperimentConfig experiment, bool? onnx, Installation installation)
    {
        var source = new ExportSource(weights.Run, experiment, weights.Build(experiment.Backbone, installation));
        using (source.Backbone.Module)
        {
            var state = StateDict.Of(source.Backbone.Module);
            weights.EnsureAllIn(state);
            SafeTensors.Write(Path.Combine(folder, RunFiles.Backbone), state);
            var hasOnnx = onnx ?? OnnxExport.Supports(source.Backbone);
            if (hasOnnx)
            {
                OnnxExport.Write(source.Backbone, Path.Combine(folder, Onnx));
            }

            DurableFile.WriteText(Path.Combine(folder, RunFiles.Experiment), ModelCard.Recipe(experiment) + "\n");
            DurableFile.WriteText(Path.Combine(folder, Card), ModelCard.Write(source, Images(source.Experiment, installation), hasOnnx));
            return hasOnnx;
        }
    }

    /// <summary>The images that the run learned from, or null if they are no longer there.</summary>
    private static IDataSource? Images(ExperimentConfig experiment, Installation installation)
    {
        try
        {
            using var provider = ComponentServices.For(installation, experiment.Backbone).BuildServiceProvider();
            return provider.GetRequiredService<IComponentFactory>().Create(experiment.Data);
        }
        catch (ExperimentException e)
        {
            Messages.Warn($"the card has no hash of the images: {e.Message}");
            return null;
        }
    }
}
