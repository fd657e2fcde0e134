using System.Runtime.Versioning;
using SslFramework.Tests.Reliability;

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
