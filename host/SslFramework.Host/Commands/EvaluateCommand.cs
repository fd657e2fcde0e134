using System.CommandLine;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Machine;
using SslFramework.Host.Processes;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl evaluate RUN_OR_WEIGHTS</c>: measures a run that has ended, or weights from elsewhere, as its experiment says or on any
/// labeled images.
/// </summary>
internal sealed class EvaluateCommand : GuardedCommand
{
    private readonly Argument<string> target = new("run-or-weights")
    {
        Description = "A run, RUN/checkpoints/step-…, an export, or weights: safetensors or a .pth file, "
            + "in any layout that 'ssl import' knows",
    };

    private readonly Option<string?> with = new("--with")
    {
        Description = "An evaluation file, such as host/experiments/evaluations/protocols.json; "
            + "the evaluation of the run's experiment where absent",
        HelpName = "file",
    };

    private readonly Option<string?> backbone = SharedOptions.Backbone();
    private readonly Option<string[]> set = SharedOptions.Set();
    private readonly Option<string?> output = SharedOptions.Output(
        "Where results go; where absent beside the weights, of a checkpoint in its run: evaluation-NAME.json, "
            + "evaluation.json without --with",
        "file",
        "--out");

    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json("Print the results as JSON, for programs");
    private readonly Option<bool> quiet = SharedOptions.Quiet();
    private readonly PluginArguments plugins = new();

    public EvaluateCommand()
        : base(
            "evaluate",
            "Measure a run that has ended, or weights from elsewhere, on any labeled images.",
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
        var messages = Messages.For(parsed.GetValue(quiet), verbose: false, group.Rank);
        var (settings, network, catalog) = (parsed.GetValue(set)!, parsed.GetValue(backbone), installation.Components);
        var named = parsed.GetValue(with) is { } path ? EvaluationFile.Read(path, settings, catalog, network) : null;
        var weights = TrainedWeights.Find(parsed.GetValue(target)!, installation);
        var file = named ?? EvaluationFile.Of(weights, settings, catalog, network);
        var results = parsed.GetValue(output) ?? weights.Results(file.Name);
        if (group.Rank == 0)
        {
            OutputFolder.EnsureNew(parsed.GetValue(force), "the results", results);
            DurableFile.Check(results);
        }

        var notes = new List<string>();
        EvaluationContext context;
        using (messages.Working("loading the weights"))
        {
            context = new EvaluationTarget(weights).Open(file, installation, notes.Add) with { Group = group };
        }

        notes.ForEach(messages.Note);

        EvaluationReport report;
        using (new EvaluationDisplay(context.Progress, messages, TimeProvider.System))
        {
            report = EvaluationRunner.Run(context, file, file.Transfers);
        }

        if (group.Rank == 0)
        {
            Write(report, results, parsed.GetValue(json));
            messages.Note($"Every number with its protocol is in {results}");
        }

        return ExitCode.Success;
    }

    private static void Write(EvaluationReport report, string file, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(Json.Text(report));
        }
        else
        {
            EvaluationTable.Print(report.Results);
        }

        report.Write(file);
    }
}
