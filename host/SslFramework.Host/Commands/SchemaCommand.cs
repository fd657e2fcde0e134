using System.CommandLine;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl schema</c>: the JSON schema of experiments with all plugins that are installed, so that an editor completes and checks them.</summary>
internal static class SchemaCommand
{
    private static readonly IReadOnlyDictionary<string, Type> Kinds = new Dictionary<string, Type>
    {
        ["experiment"] = typeof(ExperimentConfig),
        ["evaluation"] = typeof(EvaluationFile),
        ["sweep"] = typeof(SweepFile),
    };

    public static Command Define()
    {
        var kind = new Argument<string>("kind") { Description = "experiment, evaluation or sweep", DefaultValueFactory = _ => "experiment" };
        SharedOptions.TakesOneOf(kind, [.. Kinds.Keys]);
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "schema",
            "Print the JSON schema of experiment files, with every plugin that is installed: an editor then completes and checks them.",
            "ssl schema > experiment.schema.json",
            "ssl schema --plugins my-plugins > experiment.schema.json",
            "# then, first in an experiment: \"$schema\": \"experiment.schema.json\"")
        {
            kind, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                Console.WriteLine(Text(parsed.GetValue(kind)!, installation.Components));
                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static string Text(string kind, ComponentCatalog catalog) =>
        new JsonSchemaWriter(catalog).Write(Kinds[kind], $"SslFramework {kind}").ToJsonString(ReadableJson.Indented);
}
