using System.CommandLine;
using System.Text.Json;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl evaluate RUN_OR_WEIGHTS</c>: measures a run that has ended, or weights from elsewhere, as its experiment says or on any labelled images.</summary>
internal static class EvaluateCommand
{
    public static Command Define()
    {
        var target = new Argument<string>("run-or-weights") { Description = "A run, RUN/checkpoints/step-…, an export, or weights: safetensors or a .pth file, with the keys of torchvision, timm, MoCo or MAE" };
        var with = new Option<string?>("--with") { Description = "An evaluation file, such as host/experiments/evaluations/protocols.json; the evaluation of the run's experiment where absent", HelpName = "file" };
        var backbone = new Option<string?>("--backbone") { Description = "The network of a weight file, as a name or as JSON with options" };
        var output = SharedOptions.Output("Where results go; where absent beside the weights, of a checkpoint in its run: evaluation-NAME.json, evaluation.json without --with", "file", "--out");
        var force = SharedOptions.Force();
        var json = new Option<bool>("--json") { Description = "Print the results as JSON, for programs" };
        var quiet = SharedOptions.Quiet();
        var (set, plugins, locked, trace) = (SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "evaluate",
            "Measure a run that has ended, or weights from elsewhere, on any labelled images.",
            "ssl evaluate runs/my-run",
            "ssl evaluate runs/my-run --with host/experiments/evaluations/protocols.json",
            "mpirun -n 4 ssl evaluate runs/my-run --with my-evaluation.json",
            "ssl evaluate weights.safetensors --backbone resnet50 --with my-evaluation.json")
        {
            target, with, backbone, set, output, force, json, quiet, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () => JoinedProcess.Run(GroupChoice.Auto, parsed.GetValue(trace), group =>
            {
                using var check = ConvolutionCheck.Begin();
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var verbosity = parsed.GetValue(quiet) || group.Rank > 0 ? Verbosity.Quiet : Verbosity.Normal;
                var (settings, network, components) = (parsed.GetValue(set)!, parsed.GetValue(backbone), installation.Components);
                var file = parsed.GetValue(with) is { } named ? EvaluationFile.Read(named, settings, components, network) : null;
                var weights = TrainedWeights.Find(parsed.GetValue(target)!, components);
                return Evaluate(weights, file ?? EvaluationFile.Of(weights, settings, components, network), parsed.GetValue(output), parsed.GetValue(force), installation, group, parsed.GetValue(json), verbosity);
            }),
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Evaluate(TrainedWeights weights, EvaluationFile file, string? output, bool force, Installation installation, IProcessGroup group, bool json, Verbosity verbosity)
    {
        output ??= weights.Results(file.Name);
        if (group.Rank == 0)
        {
            OutputFolder.EnsureNew(force, "the results", output);
            DurableFile.Check(output);
        }

        EvaluationContext context;
        using (verbosity == Verbosity.Quiet ? null : LivePanel.Note("loading the weights"))
        {
            context = new EvaluationTarget(weights).Open(file, installation) with { Group = group };
        }

        var report = Run(context, file, verbosity);
        if (group.Rank > 0)
        {
            return ExitCode.Success;
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, RunJson.Indented));
        }
        else
        {
            EvaluationTable.Print(report.Results);
        }

        DurableFile.Write(output, stream => JsonSerializer.Serialize(stream, report, RunJson.Indented));
        if (verbosity != Verbosity.Quiet)
        {
            Console.Error.WriteLine($"Every number with its protocol is in {output}");
        }

        return ExitCode.Success;
    }

    private static EvaluationReport Run(EvaluationContext context, EvaluationConfig config, Verbosity verbosity)
    {
        using var display = new EvaluationDisplay(context.Progress, verbosity, TimeProvider.System);
        return new EvaluationRunner(context, config).Run();
    }
}
