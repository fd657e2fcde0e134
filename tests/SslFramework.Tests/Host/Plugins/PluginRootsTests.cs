using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
public class PluginRootsTests
{
    [TestMethod]
    public void From_VariableAndOptions_VariableComesFirst()
    {
        using var stages = new PluginStage();
        var folders = new[] { "a", "b", "c" }.Select(name => Directory.CreateDirectory(Path.Combine(stages.Root, name)).FullName).ToArray();
        var roots = PluginRoots.From([folders[2]], $"{folders[0]}{Path.PathSeparator}{folders[1]}");
        CollectionAssert.AreEqual(folders, roots.Where(root => root.StartsWith(stages.Root, StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void From_NothingNamed_IsTheHostsOwnFolderAtMost()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "plugins");
        CollectionAssert.AreEqual(Directory.Exists(own) ? new[] { own } : [], PluginRoots.From([], null).ToArray());
    }

    [TestMethod]
    [DataRow("--plugins")]
    [DataRow("SSL_PLUGINS")]
    public void From_FolderThatDoesNotExist_NamesItAndItsOrigin(string origin)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() =>
            origin == PluginRoots.Variable ? PluginRoots.From([], "/no/such/folder") : PluginRoots.From(["/no/such/folder"], null));
        Assert.AreEqual(ExitCode.Plugin, error.ExitCode);
        StringAssert.Contains(error.Message, $"The plugin folder '/no/such/folder' that {origin} names does not exist");
    }

    [TestMethod]
    public void PluginFolders_RootThatIsAPluginItself_IsThatPlugin()
    {
        using var stage = new PluginStage("GoodPlugin");
        var folder = Path.Combine(stage.Root, "GoodPlugin");
        CollectionAssert.AreEqual(new[] { folder }, PluginRoots.PluginFolders([folder + Path.DirectorySeparatorChar, stage.Root]).ToArray());
    }
}
