using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Core.Distributed;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl validate FILE</c>: reads an experiment and builds its parts, or reads every point of a sweep, without training.
/// </summary>
internal sealed class ValidateCommand : GuardedCommand
{
    private readonly ExperimentArguments experiment = new();
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs: what it is, or every mistake");
    private readonly PluginArguments plugins = new();

    public ValidateCommand()
        : base(
            "validate",
            "Check an experiment or a sweep: every key, value, file and plugin, all mistakes at once; takes one step on made images.",
            "ssl validate my.json",
            "ssl validate simclr --data ./photos --json") => Takes([.. experiment.All, json, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var (choice, asJson) = (experiment.Read(parsed), parsed.GetValue(json));
        try
        {
            var installation = plugins.Load(parsed);
            if (choice.Data is null && SweepFile.IsAt(choice.Named))
            {
                ValidateSweep(choice, installation, asJson);
            }
            else
            {
                ValidateExperiment(choice, installation, asJson);
            }

            return ExitCode.Success;
        }
        catch (ExperimentException e) when (asJson)
        {
            Print(new JsonObject
            {
                ["valid"] = false,
                ["reason"] = e.ExitCode.ToString(),
                ["mistakes"] = new JsonArray([.. e.Sentences.Select(sentence => (JsonNode)sentence)]),
            });
            return e.ExitCode;
        }
    }

    private static void ValidateSweep(ExperimentChoice choice, Installation installation, bool json)
    {
        var plan = SweepPlan.Read(choice.Named, choice.Settings, installation.Components);
        if (json)
        {
            Print(new JsonObject { ["valid"] = true, ["name"] = plan.File.Name, ["points"] = plan.Points.Count });
        }
        else
        {
            var (first, last) = (plan.Points[0].Experiment.Name, plan.Points[^1].Experiment.Name);
            ResultConsole.WriteLine($"{choice.Named} is a valid sweep of {plan.Points.Count:N0} points, from {first} to {last}.");
        }
    }

    private static void ValidateExperiment(ExperimentChoice choice, Installation installation, bool json)
    {
        var config = choice.Read(installation);
        using var parts = ExperimentParts.Build(config, installation);
        using var loader = parts.NewLoader(SingleProcess.Instance);
        Preflight.Check(config, parts);
        var warnings = Warnings(config, parts);
        TrialStep.Take(config, parts);
        var parameters = parts.Backbone.Module.parameters().Sum(p => p.numel());
        var steps = loader.BatchesPerEpoch / config.Training.Accumulation;
        if (json)
        {
            Print(new JsonObject
            {
                ["valid"] = true,
                ["name"] = config.Name,
                ["objective"] = config.Objective.Descriptor.Name,
                ["backbone"] = config.Backbone.Descriptor.Name,
                ["parameters"] = parameters,
                ["images"] = parts.Source.Count,
                ["stepsPerEpoch"] = steps,
                ["epochs"] = config.Training.Epochs,
                ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)warning)]),
            });
            return;
        }

        foreach (var warning in warnings)
        {
            Console.Error.WriteLine($"warning: {Printable.Line(warning)}");
        }

        var (objective, backbone) = (config.Objective.Descriptor.Name, config.Backbone.Descriptor.Name);
        ResultConsole.WriteLine(
            $"{choice.Named} is valid: {objective} on {backbone} ({PlanTable.Count(parameters)} parameters), "
            + $"{parts.Source.Count:N0} images, {steps:N0} steps an epoch, {config.Training.Epochs:N0} epochs.");
    }

    private static IReadOnlyList<string> Warnings(ExperimentConfig config, ExperimentParts parts)
    {
        var shortage = CheckpointRoom.Shortage("runs", CheckpointRoom.Least(parts));
        return [.. Pitfalls.OfLearning(config, parts), .. shortage is null ? Array.Empty<string>() : [shortage + "."]];
    }

    private static void Print(JsonObject result) => Console.WriteLine(result.ToJsonString(ReadableJson.Indented));
}
