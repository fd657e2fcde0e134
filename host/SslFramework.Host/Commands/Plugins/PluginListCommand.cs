using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands.Plugins;

/// <summary><c>ssl plugin list</c>: the plugins that were found, and why some cannot be used.</summary>
internal sealed class PluginListCommand : GuardedCommand
{
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs");
    private readonly PluginArguments plugins = new();

    public PluginListCommand()
        : base("list", "List the plugins that were found, and why some cannot be used.", "ssl plugin list --plugins my-plugins") =>
        Takes([json, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var found = plugins.Load(parsed).Plugins;
        if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(AsJson(found)));
        }
        else
        {
            PluginList.Print(found);
        }

        return ExitCode.Success;
    }

    private static JsonObject AsJson(PluginCatalog plugins) => new()
    {
        ["loaded"] = new JsonArray([.. plugins.Loaded.Select(plugin => (JsonNode)new JsonObject
        {
            ["name"] = plugin.Name,
            ["version"] = plugin.Version,
            ["builtFor"] = plugin.Contract,
            ["folder"] = plugin.Folder,
            ["sha256"] = plugin.Sha256,
            ["warning"] = plugin.Warning,
            ["components"] = new JsonArray([.. plugins.Components.Components
                .Where(component => component.Plugin == plugin.Name)
                .Select(component => (JsonNode)component.Descriptor.Name)]),
        })]),
        ["refused"] = new JsonArray([.. plugins.Refused.Select(refused => (JsonNode)new JsonObject
        {
            ["folder"] = refused.Folder, ["reason"] = refused.Sentence,
        })]),
    };
}
