using System.CommandLine;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights.Onnx;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl export RUN_OR_CHECKPOINT</c>: the backbone for other programs, with a card that says what it is.</summary>
internal static class ExportCommand
{
    private static readonly string[] Files = [RunFolder.BackboneFile, "backbone.onnx", "experiment.json", "README.md"];

    public static Command Define()
    {
        var target = new Argument<string>("run-or-checkpoint") { Description = "A run that has ended, or RUN/checkpoints/step-…" };
        var output = SharedOptions.Output("The folder to write; export in the run's folder where absent", "folder");
        var onnx = new Option<bool>("--onnx") { Description = "End with an error where the backbone has no ONNX writer, instead of leaving ONNX out" };
        var without = new Option<bool>("--no-onnx") { Description = "Write no ONNX" };
        var force = SharedOptions.Force();
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "export",
            "Write a run's backbone as safetensors and ONNX, with a model card and code that loads it.",
            "ssl export runs/quickstart",
            "ssl export runs/quickstart/checkpoints/step-000000100 --output early")
        {
            target, output, onnx, without, force, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () => Export(
                parsed.GetValue(target)!, parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(without) ? false : parsed.GetValue(onnx) ? true : null, Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked))),
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Export(string target, string? output, bool force, bool? onnx, Installation installation)
    {
        var weights = TrainedWeights.Find(target, installation.Components);
        var experiment = weights.Experiment ?? throw new ExperimentException(
            FailureKind.Usage, $"No experiment.json says what made '{weights.File}', and an export's card tells it; name the folder of a run, or RUN/checkpoints/step-….");
        var folder = OutputFolder.Make(output ?? Path.Combine(weights.Run, "export"), "--output");
        OutputFolder.EnsureNew(force, "the export", [.. Files.Select(file => Path.Combine(folder, file))]);
        bool writes;
        using (LivePanel.Note($"writing {folder}"))
        {
            writes = Write(folder, weights, experiment, onnx, installation);
        }

        ResultConsole.WriteLine($"{folder}: {RunFolder.BackboneFile}, {(writes ? "backbone.onnx, " : "")}experiment.json, README.md");
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
            SafeTensors.Write(Path.Combine(folder, RunFolder.BackboneFile), state);
            var writes = onnx ?? OnnxExport.Supports(source.Backbone);
            if (writes)
            {
                OnnxExport.Write(source.Backbone, Path.Combine(folder, "backbone.onnx"));
            }

            DurableFile.Write(Path.Combine(folder, "experiment.json"), stream => stream.Write(Encoding.UTF8.GetBytes(ModelCard.Recipe(experiment) + "\n")));
            var card = ModelCard.Write(source, Images(source.Experiment, installation), writes);
            DurableFile.Write(Path.Combine(folder, "README.md"), stream => stream.Write(Encoding.UTF8.GetBytes(card)));
            return writes;
        }
    }

    /// <summary>The images that the run learned from, or null where they are no longer there.</summary>
    private static IDataSource? Images(ExperimentConfig experiment, Installation installation)
    {
        try
        {
            using var provider = ComponentServices.For(installation, experiment.Backbone).BuildServiceProvider();
            return provider.GetRequiredService<IComponentFactory>().Create(experiment.Data);
        }
        catch (ExperimentException e)
        {
            Console.Error.WriteLine($"warning: the card has no hash of the images: {Printable.Line(e.Message)}");
            return null;
        }
    }
}
