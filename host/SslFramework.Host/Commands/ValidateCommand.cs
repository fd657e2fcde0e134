using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Core.Distributed;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl validate FILE</c>: reads an experiment and builds its parts, or those of a sweep, without training.
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
        var (choice, isJson) = (experiment.Read(parsed), parsed.GetValue(json));
        try
        {
            var installation = plugins.Load(parsed);
            var (sentence, facts) = choice.Data is null && SweepFile.IsAt(choice.Named)
                ? Sweep(choice, installation)
                : Experiment(choice, installation, warns: !isJson);
            if (isJson)
            {
                Console.WriteLine(Json.Text(facts));
            }
            else
            {
                ResultConsole.WriteLine(sentence);
            }

            return ExitCode.Success;
        }
        catch (ExperimentException e) when (isJson)
        {
            var mistakes = new JsonArray([.. e.Sentences.Select(sentence => (JsonNode)sentence)]);
            Console.WriteLine(Json.Text(new JsonObject { ["valid"] = false, ["reason"] = e.Kind.ToString(), ["mistakes"] = mistakes }));
            return ExitCodes.Of(e.Kind);
        }
    }

    private static (string Sentence, JsonObject Facts) Sweep(ExperimentChoice choice, Installation installation)
    {
        var plan = SweepPlan.Read(choice.Named, choice.Settings, installation.Components);
        SweepPreflight.Check(plan, installation);
        var (count, first, last) = (plan.Points.Count, plan.Points[0].Experiment.Name, plan.Points[^1].Experiment.Name);
        return (
            $"{choice.Named} is a valid sweep of {count:N0} points, from {first} to {last}.",
            new JsonObject { ["valid"] = true, ["name"] = plan.File.Name, ["points"] = count });
    }

    private static (string Sentence, JsonObject Facts) Experiment(ExperimentChoice choice, Installation installation, bool warns)
    {
        var config = choice.Read(installation);
        using var parts = Preflight.Build(config, installation);
        using var loader = parts.NewLoader(SingleProcess.Instance);
        var shortage = CheckpointRoom.Shortage("runs", CheckpointRoom.Least(parts));
        string[] warnings = [.. Pitfalls.OfLearning(config, parts), .. shortage is null ? Array.Empty<string>() : [shortage + "."]];
        TrialStep.Take(config, parts);
        if (warns)
        {
            warnings.ToList().ForEach(Messages.Warn);
            parts.TellStartWeights(Messages.Normal);
        }

        var (objective, backbone) = (config.Objective.Descriptor.Name, config.Backbone.Descriptor.Name);
        var parameters = parts.Backbone.Module.parameters().Sum(p => p.numel());
        var steps = parts.StepsPerEpoch(loader);
        var sentence = $"{choice.Named} is valid: {objective} on {backbone} ({PlanTable.Count(parameters)} parameters), "
            + $"{parts.Source.Count:N0} images, {steps:N0} steps an epoch, {config.Training.Epochs:N0} epochs.";
        return (sentence, new JsonObject
        {
            ["valid"] = true,
            ["name"] = config.Name,
            ["objective"] = objective,
            ["backbone"] = backbone,
            ["parameters"] = parameters,
            ["images"] = parts.Source.Count,
            ["stepsPerEpoch"] = steps,
            ["epochs"] = config.Training.Epochs,
            ["startWeights"] = new JsonArray([.. parts.StartWeights.Select(weights => (JsonNode)weights.Sentence)]),
            ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)warning)]),
        });
    }
}
