using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Core.Distributed;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl validate FILE</c>: reads an experiment and builds its parts, or reads every point of a sweep, without training.</summary>
internal static class ValidateCommand
{
    public static Command Define()
    {
        var (file, data, size, set, plugins, locked, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Size(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs: what it is, or every mistake" };
        var command = new ExampledCommand(
            "validate",
            "Check an experiment or a sweep: every key, value, file and plugin, all mistakes at once; takes one step on made images.",
            "ssl validate my.json",
            "ssl validate simclr --data ./photos --json") { file, data, size, set, json, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () => Validate(
                new ExperimentChoice(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) },
                () => Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked)),
                parsed.GetValue(json)),
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Validate(ExperimentChoice choice, Func<Installation> load, bool json)
    {
        try
        {
            var installation = load();
            return choice.Data is null && SweepFile.IsAt(choice.Named) ? ValidateSweep(choice, installation, json) : Validate(choice, installation, json);
        }
        catch (ExperimentException e) when (json)
        {
            var mistakes = e.Sentences.Select(sentence => (JsonNode)sentence);
            Console.WriteLine(new JsonObject { ["valid"] = false, ["reason"] = e.Kind.ToString(), ["mistakes"] = new JsonArray([.. mistakes]) }.ToJsonString(ReadableJson.Indented));
            return ExitCodes.Of(e.Kind);
        }
    }

    private static ExitCode ValidateSweep(ExperimentChoice choice, Installation installation, bool json)
    {
        var plan = SweepPlan.Read(choice.Named, choice.Settings, installation.Components);
        if (json)
        {
            Console.WriteLine(new JsonObject { ["valid"] = true, ["name"] = plan.File.Name, ["points"] = plan.Points.Count }.ToJsonString(ReadableJson.Indented));
        }
        else
        {
            ResultConsole.WriteLine($"{choice.Named} is a valid sweep of {plan.Points.Count:N0} points, from {plan.Points[0].Experiment.Name} to {plan.Points[^1].Experiment.Name}.");
        }

        return ExitCode.Success;
    }

    private static ExitCode Validate(ExperimentChoice choice, Installation installation, bool json)
    {
        var config = choice.Read(installation);
        using var parts = ExperimentParts.Build(config, installation);
        using var loader = parts.NewLoader(SingleProcess.Instance);
        Preflight.Check(config, parts);
        string[] warnings = [.. Pitfalls.OfLearning(config, parts), .. CheckpointRoom.Shortage("runs", CheckpointRoom.Least(parts)) is { } shortage ? [shortage + "."] : Array.Empty<string>()];
        TrialStep.Take(config, parts);
        var parameters = parts.Backbone.Module.parameters().Sum(p => p.numel());
        var steps = loader.BatchesPerEpoch / config.Training.Accumulation;
        if (json)
        {
            Console.WriteLine(new JsonObject
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
            }.ToJsonString(ReadableJson.Indented));
            return ExitCode.Success;
        }

        foreach (var warning in warnings)
        {
            Console.Error.WriteLine($"warning: {Printable.Line(warning)}");
        }

        ResultConsole.WriteLine(
            $"{choice.Named} is valid: {config.Objective.Descriptor.Name} on {config.Backbone.Descriptor.Name} ({PlanTable.Count(parameters)} parameters), "
            + $"{parts.Source.Count:N0} images, {steps:N0} steps an epoch, {config.Training.Epochs:N0} epochs.");
        return ExitCode.Success;
    }
}
