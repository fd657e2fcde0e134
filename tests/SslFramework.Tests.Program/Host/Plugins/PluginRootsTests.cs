using System.Diagnostics;
using System.Text.Json.Nodes;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
public class PluginRootsTests
{
    [TestMethod]
    public void From_VariableAndOptions_OptionsComeFirst()
    {
        using var stages = new PluginStage();
        var folders = new[] { "a", "b", "c" }.Select(name => Directory.CreateDirectory(Path.Combine(stages.Root, name)).FullName).ToArray();
        var roots = PluginRoots.From([folders[0]], $"{folders[1]}{Path.PathSeparator}{folders[2]}");
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
        Assert.AreEqual(FailureKind.Plugin, error.Kind);
        StringAssert.Contains(error.Message, $"The plugin folder '/no/such/folder' that {origin} names does not exist");
    }

    /// <summary>The plugins that come with the program are found last, and one that is named takes the place of its namesake.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void List_ANewBuildOfAPluginOfTheProgram_IsTheOneInUse()
    {
        const string Name = "SslFramework.Plugins.Rotation";
        using var stage = new PluginStage();
        var folder = Directory.CreateDirectory(Path.Combine(stage.Root, Name)).FullName;
        Array.ForEach(Directory.GetFiles(Path.Combine(Repository.Plugins, Name)), file => File.Copy(file, Path.Combine(folder, Path.GetFileName(file))));
        File.AppendAllText(Path.Combine(folder, Name + ".dll"), " ");

        using var process = Process.Start(new ProcessStartInfo(SmallProcess.Ssl, ["plugin", "list", "--json", "--plugins", stage.Root]) { RedirectStandardOutput = true })!;
        var plugins = JsonNode.Parse(process.StandardOutput.ReadToEnd())!;
        process.WaitForExit();
        Assert.AreEqual(folder, (string?)plugins["loaded"]!.AsArray().Single(plugin => (string?)plugin!["name"] == Name)!["folder"]);
        Assert.HasCount(Directory.GetDirectories(Repository.Plugins).Length, plugins["loaded"]!.AsArray());
        Assert.IsEmpty(plugins["refused"]!.AsArray());
    }

    [TestMethod]
    public void PluginFolders_WhatHoldsNoLibraryOrIsHidden_IsLeftOut()
    {
        using var stage = new PluginStage("GoodPlugin");
        stage.Add("notes", "readme.txt", "");
        stage.Add(".git", "hook.dll", "");
        stage.Add("Renamed", "Other.dll", "");
        CollectionAssert.AreEqual(
            new[] { Path.Combine(stage.Root, "GoodPlugin"), Path.Combine(stage.Root, "Renamed") }, PluginRoots.PluginFolders([stage.Root]).ToArray());
    }

    [TestMethod]
    public void PluginFolders_RootThatIsAPluginItself_IsThatPlugin()
    {
        using var stage = new PluginStage("GoodPlugin");
        var folder = Path.Combine(stage.Root, "GoodPlugin");
        CollectionAssert.AreEqual(new[] { folder }, PluginRoots.PluginFolders([folder + Path.DirectorySeparatorChar, stage.Root]).ToArray());
    }
}
