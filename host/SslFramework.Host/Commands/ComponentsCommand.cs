using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plans;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl components</c>: everything that an experiment can name, with its plugin and its options.</summary>
internal sealed class ComponentsCommand : GuardedCommand
{
    private readonly Argument<string?> name = new("name")
    {
        Description = "Show only components of this name or kind",
        HelpName = "name or kind",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs");
    private readonly Option<bool> table = new("--table")
    {
        Description = "Print backbones as a table in Markdown, with operations that are counted on an image",
    };

    private readonly PluginArguments plugins = new();

    public ComponentsCommand()
        : base(
            "components",
            "List all that an experiment can name: methods (kind objective), backbones, evaluators and the other kinds, with options.",
            "ssl components",
            "ssl components objective",
            "ssl components backbone --table",
            "ssl components simclr --json")
    {
        name.CompletionSources.Add(_ => PluginExperiments.Methods());
        Takes([name, json, table, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var installation = plugins.Load(parsed);
        var (catalog, wanted) = (installation.Components, parsed.GetValue(name));
        if (parsed.GetValue(table))
        {
            BackboneTable.Write(installation);
            return ExitCode.Success;
        }

        var kinds = catalog.Components
            .GroupBy(c => OptionsSchema.WordFor(c.Descriptor.Service))
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => (Kind: kind.Key, Components: kind
                .Where(c => wanted is null || wanted == kind.Key || wanted == Heading(kind.Key) || wanted == c.Descriptor.Name)
                .OrderBy(c => c.Descriptor.Name, StringComparer.Ordinal).ToArray()))
            .Where(kind => kind.Components.Length > 0)
            .ToArray();
        if (kinds.Length == 0 && wanted is not null)
        {
            throw new ExperimentException(FailureKind.Usage, $"There is no component or kind \"{wanted}\"; {Hint(wanted, catalog)}");
        }

        if (parsed.GetValue(json))
        {
            var all = kinds.SelectMany(kind => kind.Components.Select(c => (JsonNode)AsJson(kind.Kind, c, SizeOf(c))));
            Console.WriteLine(Json.Text(new JsonArray([.. all])));
            return ExitCode.Success;
        }

        foreach (var (kind, components) in kinds)
        {
            Print(kind, components, SizeOf);
        }

        return ExitCode.Success;

        // Of all that there is, only names and options are listed.
        NetworkSize? SizeOf(RegisteredComponent component) =>
            wanted is not null && component.Descriptor.Service == typeof(IBackbone)
                ? NetworkSize.Of(component, installation, counts: wanted == component.Descriptor.Name)
                : null;
    }

    private static string Heading(string kind) => kind + "s";

    private static string Hint(string wanted, ComponentCatalog catalog)
    {
        var names = catalog.Components.SelectMany(c => new[] { c.Descriptor.Name, OptionsSchema.WordFor(c.Descriptor.Service) }).Distinct();
        return Nearest.To(wanted, [.. names]) is { } nearest ? $"did you mean \"{nearest}\"?" : "'ssl components' lists all.";
    }

    private static void Print(string kind, IEnumerable<RegisteredComponent> components, Func<RegisteredComponent, NetworkSize?> sizeOf)
    {
        Console.WriteLine(Heading(kind));
        foreach (var component in components)
        {
            var size = sizeOf(component) is { } known ? "  " + BackboneTable.Sentence(known) : "";
            Console.WriteLine($"  {component.Descriptor.Name}  ({component.Plugin}){size}");
            var options = OptionsOf(component).ToArray();
            var width = options.Select(o => o.Key.Length).DefaultIfEmpty().Max();
            foreach (var (key, type, allowed, value) in options)
            {
                ResultConsole.WriteLine($"    {key.PadRight(width)}  {value}  [{type}{(allowed is null ? "" : $", {allowed}")}]");
            }
        }

        Console.WriteLine();
    }

    private static JsonObject AsJson(string kind, RegisteredComponent component, NetworkSize? size)
    {
        var json = new JsonObject
        {
            ["kind"] = kind,
            ["name"] = component.Descriptor.Name,
            ["plugin"] = component.Plugin,
        };
        if (size is not null)
        {
            json["parameters"] = size.Parameters;
            json["multiplyAdds"] = size.MultiplyAdds;
            json["features"] = size.Features;
        }

        json["options"] = new JsonArray([.. OptionsOf(component).Select(o => (JsonNode)new JsonObject
        {
            ["key"] = o.Key, ["type"] = o.Type, ["allowed"] = o.Allowed, ["default"] = o.Default,
        })]);
        return json;
    }

    private static IEnumerable<(string Key, string Type, string? Allowed, string Default)> OptionsOf(RegisteredComponent component)
    {
        var defaults = Activator.CreateInstance(component.Descriptor.Options)!;
        return OptionsSchema.Properties(component.Descriptor.Options).Select(property => (
            OptionsSchema.KeyOf(property),
            OptionsSchema.Describe(property.PropertyType),
            OptionsSchema.RangeOf(property),
            OptionsSchema.IsRequired(property) ? "required" : OptionsWriter.Write(property.GetValue(defaults))?.ToJsonString() ?? "none"))
            .Concat(OptionsSchema.Shared(component.Descriptor.Service).Select(property =>
                (OptionsSchema.KeyOf(property), OptionsSchema.Describe(property.PropertyType), (string?)null, "none")));
    }
}
