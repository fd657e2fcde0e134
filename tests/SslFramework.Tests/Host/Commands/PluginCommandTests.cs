using System.Text.Json.Nodes;
using SslFramework.Tests.Host.Plugins;
using SslFramework.Tests.Reliability;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class PluginCommandTests
{
    [TestMethod]
    public void List_GoodAndBadPlugins_AreTold()
    {
        using var stage = new PluginStage("GoodPlugin", "NoEntryPlugin");
        var (code, output, errors) = SslProgram.Run("plugin", "list", "--plugins", stage.Root);
        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "GoodPlugin");
        StringAssert.Contains(output, "refused");
        StringAssert.Contains(errors, "warning: Plugin NoEntryPlugin has no public class");
    }

    [TestMethod]
    public void List_Json_IsReadByPrograms()
    {
        using var stage = new PluginStage("GoodPlugin", "NoEntryPlugin");
        var plugins = JsonNode.Parse(SslProgram.Run("plugin", "list", "--json", "--plugins", stage.Root).Output)!;
        var good = plugins["loaded"]!.AsArray().Single(plugin => (string?)plugin!["name"] == "GoodPlugin")!;
        CollectionAssert.AreEqual(
            new[] { "good-backbone", "good-objective", "good-evaluator" }, good["components"]!.AsArray().Select(name => (string?)name).ToArray());
        StringAssert.Contains((string?)plugins["refused"]![0]!["reason"], "no public class");
    }

    [TestMethod]
    public void Verify_Plugins_FailsWhereOneCannotBeUsed()
    {
        using var stage = new PluginStage("GoodPlugin");
        Assert.AreEqual(0, SslProgram.Run("plugin", "verify", Path.Combine(stage.Root, "GoodPlugin")).ExitCode);

        stage.Add("BadOptionsPlugin");
        var (code, _, errors) = SslProgram.Run("plugin", "verify", stage.Root);
        Assert.AreEqual((int)ExitCode.Plugin, code);
        StringAssert.Contains(errors, "Plugin BadOptionsPlugin registers \"bad-evaluator\" with options that no experiment can set: BadOptions.Weights is a");
    }

    [TestMethod]
    [Case("P12")]
    public void Lock_ThenChange_IsRefused()
    {
        using var stage = new PluginStage("GoodPlugin");
        var file = Path.Combine(stage.Root, "plugins.lock.json");
        var locked = SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--out", file);
        Assert.AreEqual(0, locked.ExitCode, locked.Errors);
        Assert.AreEqual(0, SslProgram.Run("plugin", "list", "--plugins", stage.Root, "--locked", file).ExitCode);

        File.AppendAllText(Path.Combine(stage.Root, "GoodPlugin", "GoodPlugin.dll"), " ");
        var (code, _, errors) = SslProgram.Run("plugin", "list", "--plugins", stage.Root, "--locked", file);
        Assert.AreEqual((int)ExitCode.Plugin, code);
        StringAssert.StartsWith(errors, "error: GoodPlugin.dll of plugin GoodPlugin has changed since it was locked");
    }
}
