using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Tests.Host.Plugins;

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
        StringAssert.StartsWith(output, "GoodPlugin 0.");
        StringAssert.Contains(output, "\n  components  good-backbone, good-objective, good-evaluator\n");
        StringAssert.Contains(output, $"\n  built for   SslFramework {SharedAssemblies.Version}\n");
        StringAssert.Contains(output, "\nNoEntryPlugin is refused\n");
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
    public void Verify_AnEmptyFolder_SaysWhereAPluginWouldLie()
    {
        using var folder = new TemporaryFolder();
        var (code, output, errors) = SslProgram.Run("plugin", "verify", folder.Root);
        Assert.AreEqual(((int)ExitCode.Plugin, ""), (code, output));
        StringAssert.StartsWith(errors, $"error: There is no plugin in '{folder.Root}'; each lies in a folder of its name, as ");
    }

    [TestMethod]
    [Case("P12")]
    public void Lock_ThenChange_IsRefused()
    {
        using var stage = new PluginStage("GoodPlugin");
        var file = Path.Combine(stage.Root, "plugins.lock.json");
        var locked = SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--output", file);
        Assert.AreEqual(0, locked.ExitCode, locked.Errors);
        Assert.AreEqual(0, SslProgram.Run("plugin", "list", "--plugins", stage.Root, "--locked", file).ExitCode);

        File.AppendAllText(Path.Combine(stage.Root, "GoodPlugin", "GoodPlugin.dll"), " ");
        var (code, _, errors) = SslProgram.Run("plugin", "list", "--plugins", stage.Root, "--locked", file);
        Assert.AreEqual((int)ExitCode.Plugin, code);
        StringAssert.StartsWith(errors, "error: GoodPlugin.dll of plugin GoodPlugin has changed since it was locked");
    }

    [TestMethod]
    [Case("P12")]
    [DataRow("train quickstart.json")]
    [DataRow("validate quickstart.json")]
    [DataRow("verify-resume quickstart.json")]
    [DataRow("preview quickstart.json")]
    [DataRow("evaluate weights.safetensors --with evaluation.json")]
    [DataRow("sweep sweep.json")]
    [DataRow("export run")]
    [DataRow("plan quickstart.json")]
    [DataRow("embed weights.safetensors --data images")]
    [DataRow("components")]
    [DataRow("schema")]
    [DataRow("plugin lock")]
    [DataRow("plugin list")]
    [DataRow("plugin verify")]
    [DataRow("data check images")]
    [DataRow("data pack images all.pack")]
    public void Locked_OnEveryCommandThatRunsPlugins_RefusesAChangedOne(string command)
    {
        using var stage = new PluginStage("GoodPlugin");
        var file = Path.Combine(stage.Root, "plugins.lock.json");
        SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--plugins", Repository.Plugins, "--output", file);
        File.AppendAllText(Path.Combine(stage.Root, "GoodPlugin", "GoodPlugin.dll"), " ");
        string[] folders = command.EndsWith("verify", StringComparison.Ordinal) ? [stage.Root, Repository.Plugins] : ["--plugins", stage.Root];
        var (code, _, errors) = SslProgram.Run([.. command.Split(' '), .. folders, "--locked", file]);
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.StartsWith(errors, "error: GoodPlugin.dll of plugin GoodPlugin has changed since it was locked");
    }

    [TestMethod]
    [Case("P12")]
    public void Lock_OverAPluginThatCannotBeUsed_WritesNothing()
    {
        using var stage = new PluginStage("GoodPlugin", "NoEntryPlugin");
        var file = Path.Combine(stage.Root, "plugins.lock.json");
        var (code, _, errors) = SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--out", file);
        Assert.AreEqual((int)ExitCode.Plugin, code);
        StringAssert.Contains(errors, "warning: Plugin NoEntryPlugin has no public class");
        StringAssert.Contains(errors, $"error: {file} was not written: 1 plugins cannot be used");
        Assert.IsFalse(File.Exists(file));
    }

    /// <summary>A folder of plugins under version control, with notes in it.</summary>
    [TestMethod]
    [Case("P12")]
    public void Lock_BesideFoldersThatAreNoPlugins_IsALockThatCanBeKept()
    {
        using var stage = new PluginStage("GoodPlugin");
        stage.Add(".git", "config", "");
        stage.Add("notes", "readme.txt", "");
        var file = Path.Combine(stage.Root, "plugins.lock.json");
        var (code, _, errors) = SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--out", file);
        Assert.AreEqual((0, ""), (code, errors));
        Assert.AreEqual(0, SslProgram.Run("plugin", "list", "--plugins", stage.Root, "--locked", file).ExitCode);
    }

    /// <summary>As in every other command, though a report without pictures would do.</summary>
    [TestMethod]
    [DataRow("--plugins", "does not exist")]
    [DataRow("--locked", "There is no lock file")]
    public void Report_PluginsThatAreNotThere_IsAnError(string option, string expected)
    {
        using var run = new TemporaryFolder();
        run.Write("experiment.json", "{}"u8.ToArray());
        run.Write("run.json", "{}"u8.ToArray());
        var (code, _, errors) = SslProgram.RunWithReport("report", run.Root, option, Path.Combine(run.Root, "nowhere"));
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.Contains(errors, expected);
        Assert.IsFalse(File.Exists(Path.Combine(run.Root, "report.html")));
    }

    [TestMethod]
    [Case("P12")]
    public void Doctor_Locked_TellsWhatChangedAndWhatIsMissing()
    {
        using var stage = new PluginStage("GoodPlugin");
        using var runs = new TemporaryFolder();
        var file = Path.Combine(runs.Root, "plugins.lock.json");
        SslProgram.Run("plugin", "lock", "--plugins", stage.Root, "--plugins", Repository.Plugins, "--output", file);
        var missing = SslProgram.Run("doctor", "--json", "--runs", runs.Root, "--plugins", Repository.Plugins, "--locked", file);
        Assert.AreEqual(1, missing.ExitCode);
        StringAssert.Contains(missing.Output, "names GoodPlugin, which no folder of plugins has");

        File.AppendAllText(Path.Combine(stage.Root, "GoodPlugin", "GoodPlugin.dll"), " ");
        var changed = SslProgram.Run("doctor", "--json", "--runs", runs.Root, "--plugins", Repository.Plugins, "--plugins", stage.Root, "--locked", file);
        Assert.AreEqual(1, changed.ExitCode);
        StringAssert.Contains(changed.Output, "GoodPlugin.dll of plugin GoodPlugin has changed since it was locked");
    }
}
