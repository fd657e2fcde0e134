using SslFramework.Host.Terminal;

namespace SslFramework.Host.Plugins;

/// <summary>The plugins on stdout, some lines each; why some are refused is told on stderr when they are loaded.</summary>
internal static class PluginList
{
    public static void Print(PluginCatalog plugins)
    {
        foreach (var plugin in plugins.Loaded)
        {
            var components = plugins.Components.Components
                .Where(component => component.Plugin == plugin.Name)
                .Select(component => component.Descriptor.Name);
            var contract = plugin.Contract is null ? "it does not say" : $"SslFramework {plugin.Contract}";
            Print(
                $"{plugin.Name} {plugin.Version}",
                $"components  {string.Join(", ", components)}",
                $"built for   {contract}",
                $"sha-256     {plugin.Sha256[..12]}",
                $"folder      {plugin.Folder}");
        }

        foreach (var refused in plugins.Refused)
        {
            Print($"{Path.GetFileName(refused.Folder)} is refused", $"folder      {refused.Folder}");
        }
    }

    private static void Print(string name, params string[] lines)
    {
        ResultConsole.WriteLine(Printable.Line(name));
        foreach (var line in lines)
        {
            Console.WriteLine("  " + Printable.Line(line)); // a long path stays beside its name
        }
    }
}
