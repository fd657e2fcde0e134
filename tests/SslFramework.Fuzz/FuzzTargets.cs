namespace SslFramework.Fuzz;

/// <summary>Every parser of the framework that reads a file somebody else may have written, and what shows the names in it.</summary>
public sealed class FuzzTargets : IDisposable
{
    private readonly InputFolder folder = new();

    /// <summary>Makes them, and a folder for their inputs.</summary>
    /// <param name="plugin">The folder of a plugin that works, to damage copies of.</param>
    /// <param name="plugins">The folder of plugins with families of backbones.</param>
    public FuzzTargets(string plugin, string plugins) => All =
    [
        .. new FileTargets(folder, new FamilyTarget(plugins)).All, .. ImageTargets.All, .. new AnnotationTargets(folder).All,
        .. new ConfigurationTargets(folder).All, .. new PluginTargets(folder, plugin).All, .. new RunTargets(folder).All, .. TerminalTargets.All,
    ];

    /// <summary>All of them.</summary>
    public IReadOnlyList<FuzzTarget> All { get; }

    /// <summary>The target of a name, or null.</summary>
    public FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Deletes the inputs.</summary>
    public void Dispose() => folder.Dispose();
}
