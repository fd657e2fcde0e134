using System.CommandLine;
using System.Text.Json;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl evaluate RUN_OR_WEIGHTS</c>: measures a run that has ended, or weights from elsewhere, as its experiment says or on any labelled
/// images.
/// </summary>
internal sealed class EvaluateCommand : GuardedCommand
{
    private readonly Argument<string> target = new("run-or-weights")
    {
        Description = "A run, RUN/checkpoints/step-…, an export, or weights: "
            + "safetensors or a .pth file, with the keys of torchvision, timm, MoCo or MAE",
    };

    private readonly Option<string?> with = new("--with")
    {
        Description = "An evaluation file, such as host/experiments/evaluations/protocols.json; "
            + "the evaluation of the run's experiment where absent",
        HelpName = "file",
    };

    private readonly Option<string?> output = SharedOptions.Output(
        "Where results go; where absent beside the weights, of a checkpoint in its run: "
        + "evaluation-NAME.json, evaluation.json without --with",
        "file",
        "--out");

    private readonly Option<string?> backbone = SharedOptions.Backbone();
    private readonly Option<string[]> set = SharedOptions.Set();
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json("Print the results as JSON, for programs");
    private readonly Option<bool> quiet = SharedOptions.Quiet();
    private readonly PluginArguments plugins = new();

    public EvaluateCommand()
        : base(
            "evaluate",
            "Measure a run that has ended, or weights from elsewhere, on any labelled images.",
            "ssl evaluate runs/my-run",
            "ssl evaluate runs/my-run --with host/experiments/evaluations/protocols.json",
            "mpirun -n 4 ssl evaluate runs/my-run --with my-evaluation.json",
            "ssl evaluate weights.safetensors --backbone resnet50 --with my-evaluation.json") =>
        Takes([target, with, backbone, set, output, force, json, quiet, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed) =>
        JoinedProcess.Run(GroupChoice.Auto, IsTraced(parsed), group => Evaluate(parsed, group));

    private ExitCode Evaluate(ParseResult parsed, IProcessGroup group)
    {
        using var check = ConvolutionCheck.Begin();
        var installation = plugins.Load(parsed);
        var (settings, network, components) = (parsed.GetValue(set)!, parsed.GetValue(backbone), installation.Components);
        var file = parsed.GetValue(with) is { } named ? EvaluationFile.Read(named, settings, components, network) : null;
        var weights = TrainedWeights.Find(parsed.GetValue(target)!, components);
        file ??= EvaluationFile.Of(weights, settings, components, network);
        var place = parsed.GetValue(output) ?? weights.Results(file.Name);
        if (group.Rank == 0)
        {
            OutputFolder.EnsureNew(parsed.GetValue(force), "the results", place);
            Durable.Check(place);
        }

        var verbosity = parsed.GetValue(quiet) || group.Rank > 0 ? Verbosity.Quiet : Verbosity.Normal;
        var report = Measure(Open(weights, file, installation, verbosity) with { Group = group }, file, verbosity);
        if (group.Rank == 0)
        {
            Write(report, place, parsed.GetValue(json), verbosity);
        }

        return ExitCode.Success;
    }

    private static EvaluationContext Open(TrainedWeights weights, EvaluationFile file, Installation installation, Verbosity verbosity)
    {
        if (verbosity == Verbosity.Quiet)
        {
            return new EvaluationTarget(weights).Open(file, installation);
        }

        var notes = new List<string>();
        EvaluationContext context;
        using (LivePanel.Note("loading the weights"))
        {
            context = new EvaluationTarget(weights).Open(file, installation, notes.Add);
        }

        notes.ForEach(note => Console.Error.WriteLine(Printable.Line(note)));
        return context;
    }

    private static EvaluationReport Measure(EvaluationContext context, EvaluationConfig config, Verbosity verbosity)
    {
        using var display = new EvaluationDisplay(context.Progress, verbosity, TimeProvider.System);
        return new EvaluationRunner(context, config).Run();
    }

    private static void Write(EvaluationReport report, string output, bool json, Verbosity verbosity)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, RunJson.Indented));
        }
        else
        {
            EvaluationTable.Print(report.Results);
        }

        Durable.Write(output, stream => JsonSerializer.Serialize(stream, report, RunJson.Indented));
        if (verbosity != Verbosity.Quiet)
        {
            Console.Error.WriteLine($"Every number with its protocol is in {output}");
        }
    }
}
