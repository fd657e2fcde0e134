using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl components</c>: everything that an experiment can name, with its plugin and its options.</summary>
internal sealed class ComponentsCommand : GuardedCommand
{
    private readonly Argument<string?> name = new("name")
    {
        Description = "Show only components of this name or kind",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { _ => PluginExperiments.Methods() },
    };

    private readonly Option<bool> json = SharedOptions.Json();
    private readonly PluginArguments plugins = new();

    public ComponentsCommand()
        : base(
            "components",
            "List backbones, augmentations, objectives, evaluators, data sources and their options.",
            "ssl components",
            "ssl components objective",
            "ssl components simclr --json") => Takes([name, json, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var kinds = Kinds(plugins.Load(parsed).Components.Components, parsed.GetValue(name));
        if (parsed.GetValue(json))
        {
            var nodes = kinds.SelectMany(kind => kind.Select(component => AsJson(kind.Key, component)));
            Console.WriteLine(new JsonArray([.. nodes]).ToJsonString(new() { WriteIndented = true }));
        }
        else
        {
            foreach (var kind in kinds)
            {
                Print(kind.Key, kind);
            }
        }

        return ExitCode.Success;
    }

    /// <summary>Components by their kind, both in the order of their names.</summary>
    private static ILookup<string, RegisteredComponent> Kinds(IReadOnlyList<RegisteredComponent> all, string? wanted)
    {
        var kinds = all
            .OrderBy(KindOf, StringComparer.Ordinal).ThenBy(component => component.Descriptor.Name, StringComparer.Ordinal)
            .Where(component => wanted is null || wanted == KindOf(component) || wanted == component.Descriptor.Name)
            .ToLookup(KindOf);
        return kinds.Count > 0 || wanted is null ? kinds : throw new ExperimentException(ExitCode.Usage, Missing(wanted, all));
    }

    private static string KindOf(RegisteredComponent component) => OptionsSchema.WordFor(component.Descriptor.Service);

    private static string Missing(string wanted, IEnumerable<RegisteredComponent> all)
    {
        var words = all.SelectMany(component => new[] { component.Descriptor.Name, KindOf(component) }).Distinct();
        var nearest = Nearest.To(wanted, [.. words]);
        var hint = nearest is null ? "'ssl components' lists all." : $"did you mean \"{nearest}\"?";
        return $"There is no component or kind \"{wanted}\"; {hint}";
    }

    private static void Print(string kind, IEnumerable<RegisteredComponent> components)
    {
        Console.WriteLine($"{kind}s");
        foreach (var component in components)
        {
            Console.WriteLine($"  {component.Descriptor.Name}  ({component.Plugin})");
            var options = OptionsOf(component).ToArray();
            var width = options.Select(o => o.Key.Length).DefaultIfEmpty().Max();
            foreach (var (key, type, allowed, value) in options)
            {
                var values = allowed is null ? type : $"{type}, {allowed}";
                ResultConsole.WriteLine($"    {key.PadRight(width)}  {value}  [{values}]");
            }
        }

        Console.WriteLine();
    }

    private static JsonObject AsJson(string kind, RegisteredComponent component) => new()
    {
        ["kind"] = kind,
        ["name"] = component.Descriptor.Name,
        ["plugin"] = component.Plugin,
        ["options"] = new JsonArray([.. OptionsOf(component).Select(o => (JsonNode)new JsonObject
        {
            ["key"] = o.Key, ["type"] = o.Type, ["allowed"] = o.Allowed, ["default"] = o.Default,
        })]),
    };

    private static IEnumerable<(string Key, string Type, string? Allowed, string Default)> OptionsOf(RegisteredComponent component)
    {
        var defaults = Activator.CreateInstance(component.Descriptor.Options)!;
        return OptionsSchema.Properties(component.Descriptor.Options).Select(property => (
            OptionsSchema.KeyOf(property),
            OptionsSchema.Describe(property.PropertyType),
            OptionsSchema.RangeOf(property),
            OptionsSchema.IsRequired(property) ? "required" : OptionsWriter.Write(property.GetValue(defaults))?.ToJsonString() ?? "none"));
    }
}
