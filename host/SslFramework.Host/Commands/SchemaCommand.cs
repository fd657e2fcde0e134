using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl schema</c>: the JSON schema of experiments with all plugins that are installed, so that an editor completes and checks them.
/// </summary>
internal sealed class SchemaCommand : GuardedCommand
{
    private static readonly IReadOnlyDictionary<string, Type> Kinds = new Dictionary<string, Type>
    {
        ["experiment"] = typeof(ExperimentConfig),
        ["evaluation"] = typeof(EvaluationFile),
        ["sweep"] = typeof(SweepFile),
    };

    private readonly Argument<string> kind = new("kind")
    {
        Description = "experiment, evaluation or sweep",
        DefaultValueFactory = _ => "experiment",
    };
    private readonly PluginArguments plugins = new();

    public SchemaCommand()
        : base(
            "schema",
            "Print the JSON schema of experiment files, with every plugin that is installed: an editor then completes and checks them.",
            "ssl schema > experiment.schema.json",
            "ssl schema --plugins my-plugins > experiment.schema.json",
            "# then, first in an experiment: \"$schema\": \"experiment.schema.json\"")
    {
        SharedOptions.TakesOneOf(kind, [.. Kinds.Keys]);
        Takes([kind, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var (named, catalog) = (parsed.GetValue(kind)!, plugins.Load(parsed).Components);
        Console.WriteLine(Json.Text(new JsonSchemaWriter(catalog).Write(Kinds[named], $"SslFramework {named}")));
        return ExitCode.Success;
    }
}
