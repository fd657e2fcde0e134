using System.Diagnostics;
using System.Runtime.Versioning;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
[Case("P12")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public class PluginAccessTests
{
    private const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [TestMethod]
    public void Load_FolderOfItsOwner_GivesNoWarning()
    {
        using var stage = new PluginStage("GoodPlugin");
        Assert.IsNull(stage.Load().Loaded.Single().Warning);
    }

    [TestMethod]
    [DataRow("GoodPlugin")]
    [DataRow("GoodPlugin/GoodPlugin.dll")]
    [DataRow("")]
    public void Load_WhatEveryUserCanChange_GivesAWarningAndTheRemedy(string path)
    {
        using var stage = new PluginStage("GoodPlugin");
        var open = Path.TrimEndingDirectorySeparator(Path.Combine(stage.Root, path));
        File.SetUnixFileMode(open, All | UnixFileMode.OtherWrite);

        var warning = stage.Load().Loaded.Single().Warning;
        Assert.AreEqual($"every user of this machine can change {open}, whose code runs with your rights; take it back with 'chmod -R o-w {open}'.", warning);
    }

    [TestMethod]
    [DataRow("GoodPlugin", "-R ")]
    [DataRow("", "-R ")]
    [DataRow("..", "")]
    public void Load_WhatAGroupCanChange_GivesAWarningAndTheRemedy(string path, string option)
    {
        using var stage = new PluginStage();
        var root = Directory.CreateDirectory(Path.Combine(stage.Root, "team", "plugins")).FullName;
        Directory.Move(stage.Add("GoodPlugin"), Path.Combine(root, "GoodPlugin"));
        var open = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(root, path)));
        File.SetUnixFileMode(open, All | UnixFileMode.GroupWrite);

        Assert.AreEqual(
            $"every member of its group can change {open}, whose code runs with your rights; take it back with 'chmod {option}g-w {open}'.",
            PluginCatalog.Load([root], stage.Services).Loaded.Single().Warning);
    }

    /// <summary>Whoever owns a folder can give himself the right to write.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("GoodPlugin/GoodPlugin.deps.json")]
    [DataRow("GoodPlugin")]
    [DataRow("")]
    public void Load_WhatAnotherUserOwns_GivesAWarning(string path)
    {
        if (Environment.UserName != "root")
        {
            Assert.Inconclusive("Only root can give a file to another user.");
        }

        using var stage = new PluginStage("GoodPlugin");
        var given = Path.TrimEndingDirectorySeparator(Path.Combine(stage.Root, path));
        using (var chown = Process.Start("chown", ["65534", given]))
        {
            chown.WaitForExit();
        }

        StringAssert.StartsWith(stage.Load().Loaded.Single().Warning, $"user 65534 owns {given} and can change code that runs with your rights; take it over with 'chown -R ");
    }

    /// <summary>What was locked is loaded from a copy that nobody else can change.</summary>
    [TestMethod]
    public void Load_LockedPlugin_GivesNoWarning()
    {
        using var stage = new PluginStage("GoodPlugin");
        File.SetUnixFileMode(Path.Combine(stage.Root, "GoodPlugin"), All | UnixFileMode.OtherWrite);
        Assert.IsNull(PluginCatalog.Load([stage.Root], stage.Services, PluginLock.Of(stage.Load().Loaded)).Loaded.Single().Warning);
    }

    /// <summary>A link is as good as the folder behind it.</summary>
    [TestMethod]
    public void Load_LinkedFolder_IsLookedAtBehindTheLink()
    {
        using var stage = new PluginStage();
        using var other = new PluginStage("GoodPlugin");
        Directory.CreateSymbolicLink(Path.Combine(stage.Root, "GoodPlugin"), Path.Combine(other.Root, "GoodPlugin"));
        Assert.IsNull(stage.Load().Loaded.Single().Warning);

        File.SetUnixFileMode(Path.Combine(other.Root, "GoodPlugin"), All | UnixFileMode.OtherWrite);
        Assert.IsNotNull(stage.Load().Loaded.Single().Warning);
    }
}
