using SslFramework.Host.Plugins;

namespace SslFramework.Fuzz;

/// <summary>What is looked at before a plugin is loaded.</summary>
internal sealed class PluginTargets(InputFolder folder, string plugin)
{
    private readonly PluginGate gate = new(new SharedAssemblies());

    /// <summary>All of them.</summary>
    public IEnumerable<FuzzTarget> All =>
    [
        folder.OnFile("lock", PluginLock.FileName, path => PluginLock.Read(path).Check(Name, plugin)) with
        {
            Words = [.. Words.Json, "\"format\":", "\"plugins\":", "\"files\":", "\"version\":"],
        },
        folder.OnFile("plugin", $"a/{Name}/{Name}.dll", path => gate.Inspect(Path.GetDirectoryName(path)!)) with
        {
            Seeds = () => [File.ReadAllBytes(Compiled(".dll"))],
        },
        folder.OnFile("dependencies", $"b/{Name}/{Name}.deps.json", path =>
        {
            var (source, copy) = (Compiled(".dll"), Path.Combine(Path.GetDirectoryName(path)!, Name + ".dll"));
            if (!File.Exists(copy))
            {
                File.Copy(source, copy);
            }

            gate.Inspect(Path.GetDirectoryName(path)!);
        }) with
        {
            Words = [.. Words.Json, "\"targets\":", "\"runtime\":", "\"native\":", "\"runtimeTargets\":", "\"_._\":{}", "\"../../x.dll\":{}"],
            Seeds = () => [File.ReadAllBytes(Compiled(".deps.json"))],
        },
    ];

    private string Name => Path.GetFileName(plugin);

    private string Compiled(string extension) => Path.Combine(plugin, Name + extension);
}
