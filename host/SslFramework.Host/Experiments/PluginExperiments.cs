using System.Globalization;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Experiments;

/// <summary>
/// The experiments that plugins bring for their own objectives, in the folder <c>experiments</c> of a plugin's folder:
/// <c>NAME.json</c> for the objective NAME, or <c>NAME.32.json</c> and the like, each for images of about so many pixels.
/// </summary>
internal static class PluginExperiments
{
    /// <summary>The folder's name.</summary>
    public const string Folder = "experiments";

    private const int LargestOnCpu = 64; // pixels

    /// <summary>The file for an objective and for images of that shorter side.</summary>
    /// <param name="method">The objective.</param>
    /// <param name="side">Pixels.</param>
    /// <param name="small">Take one that a CPU can do in hours, if there is one.</param>
    /// <param name="installation">The plugins.</param>
    /// <returns>The file and, where it is another than the one for that side, the pixels of both.</returns>
    /// <exception cref="ExperimentException">Its plugin brings none.</exception>
    public static (string File, (int Taken, int Fitting)? Instead) Find(
        RegisteredComponent method, int side, bool small, Installation installation)
    {
        var objective = method.Descriptor.Name;
        var plugin = installation.Plugins.Loaded.FirstOrDefault(plugin => plugin.Name == method.Plugin);
        var folder = Path.Combine(plugin?.Folder ?? AppContext.BaseDirectory, Folder);
        var found = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{objective}.*") : [])
            .Select(file => (File: file, Side: SideOf(file, objective) ?? 0))
            .Where(found => found.Side > 0)
            .OrderBy(found => Math.Abs(Math.Log((double)found.Side / side)))
            .ThenBy(found => found.File, StringComparer.Ordinal)
            .ToArray();
        if (found.Length == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Plugin {method.Plugin} brings no experiment for \"{objective}\": add {Path.Combine(folder, objective + ".json")}, "
                + $"or name an experiment file, as in 'ssl train FILE --set objective={objective}'.");
        }

        var taken = found.FirstOrDefault(candidate => !small || candidate.Side <= LargestOnCpu, found[0]);
        return (taken.File, taken == found[0] ? null : (taken.Side, found[0].Side));
    }

    /// <summary>The methods that the plugins beside the host bring experiments for, without loading them.</summary>
    public static IEnumerable<string> Methods() => MethodsOf(PluginRoots.PluginFolders(PluginRoots.From([], null)))
        .Select(found => found.Method)
        .Distinct()
        .Order(StringComparer.Ordinal);

    /// <summary>The methods that plugins bring experiments for, each with its plugin's name, without loading them.</summary>
    /// <param name="plugins">Folders of plugins.</param>
    public static IEnumerable<(string Method, string Plugin)> MethodsOf(IEnumerable<string> plugins) =>
        from plugin in plugins
        let folder = Path.Combine(plugin, Folder)
        where Directory.Exists(folder)
        from file in Directory.EnumerateFiles(folder, "*.json")
        select (Path.GetFileName(file).Split('.')[0], Path.GetFileName(plugin));

    /// <summary>What the name says; a file without a number is for any size, and so the last choice.</summary>
    private static int? SideOf(string file, string objective)
    {
        var middle = Path.GetFileName(file)[objective.Length..];
        return middle == ".json" ? int.MaxValue
            : middle.EndsWith(".json", StringComparison.Ordinal)
                && int.TryParse(middle[1..^5], NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side > 0 ? side
            : null;
    }
}
