using Spectre.Console;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Terminal;

/// <summary>The plugins on stdout: a row each; those refused are told on stderr when they are loaded.</summary>
public static class PluginTable
{
    public static void Print(PluginCatalog plugins)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("plugin", "version", "components", "sha-256", "folder");
        foreach (var plugin in plugins.Loaded)
        {
            var components = plugins.Components.Components.Where(component => component.Plugin == plugin.Name).Select(component => component.Descriptor.Name);
            Row(table, plugin.Name, plugin.Version, string.Join(", ", components), plugin.Sha256[..12], plugin.Folder);
        }

        foreach (var refused in plugins.Refused)
        {
            Row(table, Path.GetFileName(refused.Folder), "", "refused", "", refused.Folder);
        }

        ResultConsole.Open().Write(table);
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Line(cell)))]);
}
