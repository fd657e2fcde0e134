using System.CommandLine;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl validate FILE</c>: reads an experiment and builds its parts, without training.</summary>
internal static class ValidateCommand
{
    public static Command Define()
    {
        var (file, data, set, plugins, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Trace());
        var command = new Command("validate", "Check an experiment: every key, value, file and plugin, all mistakes at once.") { file, data, set, plugins, trace };
        command.SetAction(parsed => SslCommand.Guarded(
            () => Validate(new ExperimentChoice(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!), parsed.GetValue(plugins)!), parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Validate(ExperimentChoice choice, string[] folders)
    {
        var installation = Installation.Load(folders);
        var config = choice.Read(installation);
        using var parts = ExperimentParts.Build(config, installation);
        using var loader = parts.NewLoader();
        var parameters = parts.Objective.Backbone.Module.parameters().Sum(p => p.numel());
        Console.WriteLine(
            $"{choice.Named} is valid: {config.Objective.Descriptor.Name} on {config.Backbone.Descriptor.Name} ({parameters / 1e6:F2} M parameters), "
            + $"{parts.Source.Count:N0} images, {loader.BatchesPerEpoch / config.Training.Accumulation:N0} steps an epoch, {config.Training.Epochs:N0} epochs.");
        return ExitCode.Success;
    }
}
