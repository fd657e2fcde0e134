using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
[Case("P12")]
public class PluginLockTests
{
    private readonly PluginStage stage = new("GoodPlugin", "OldJsonPlugin");

    private string File => Path.Combine(stage.Root, PluginLock.FileName);

    [TestCleanup]
    public void Delete() => stage.Dispose();

    [TestMethod]
    public void Load_PluginsAsTheyWereLocked_AreLoaded()
    {
        Lock();
        var plugins = Locked();
        Assert.HasCount(2, plugins.Loaded);
        Assert.IsEmpty(plugins.Refused);
        Assert.AreEqual("0.1.0", PluginLock.Read(File).Plugins["GoodPlugin"].Version);
        Assert.IsTrue(PluginLock.Read(File).Plugins["OldJsonPlugin"].Files.ContainsKey("Newtonsoft.Json.dll"));
    }

    [TestMethod]
    [DataRow("GoodPlugin/GoodPlugin.dll", "GoodPlugin.dll of plugin GoodPlugin has changed since it was locked")]
    [DataRow("OldJsonPlugin/Newtonsoft.Json.dll", "Newtonsoft.Json.dll of plugin OldJsonPlugin has changed since it was locked")]
    [DataRow("GoodPlugin/more/Extra.dll", "more/Extra.dll of plugin GoodPlugin is new since it was locked")]
    public void Load_AFileThatHasChanged_IsRefusedByName(string file, string expected)
    {
        Lock();
        var path = Path.Combine(stage.Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.AppendAllText(path, " ");

        StringAssert.StartsWith(Locked().Refused.Single().Sentence, expected);
        Assert.ThrowsExactly<ExperimentException>(() => Installation.Load([stage.Root], File));
    }

    /// <summary>Libraries are loaded when they are needed: seconds or hours after they were looked at.</summary>
    [TestMethod]
    public void Load_ALibraryThatIsReplacedAfterTheCheck_IsNotTheOneThatRuns()
    {
        Lock();
        var evaluator = Locked().Components.Find(typeof(IEvaluator), "old-json")!.Descriptor.Implementation;
        System.IO.File.Copy(
            Path.Combine(PluginStage.Compiled("NewJsonPlugin"), "Newtonsoft.Json.dll"), Path.Combine(stage.Root, "OldJsonPlugin", "Newtonsoft.Json.dll"), overwrite: true);
        Assert.AreEqual(12, ((IEvaluator)Activator.CreateInstance(evaluator)!).Evaluate(null!, null!, null!).Single().Value);
    }

    [TestMethod]
    [UnsupportedOSPlatform("windows")]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Load_LockedPlugins_AreLoadedFromACopyOfWhichNobodyElseKnows()
    {
        Lock();
        foreach (var plugin in Locked().Loaded)
        {
            Assert.AreEqual(Path.Combine(stage.Root, plugin.Name), plugin.Folder, "what is shown");
            Assert.IsFalse(plugin.Copy!.StartsWith(stage.Root, StringComparison.Ordinal));
            var main = Path.Combine(plugin.Copy, plugin.Name + ".dll");
            Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(main))), plugin.Sha256);
            Assert.IsTrue(AppDomain.CurrentDomain.GetAssemblies().Any(assembly => !assembly.IsDynamic && assembly.Location == main));
            Assert.AreEqual(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetFullPath(Path.Combine(plugin.Copy, "..", ".."))));
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Load_LockedPlugins_LeaveNothingBehindAndDeleteWhatAKilledProcessLeft()
    {
        Lock();
        var place = Directory.CreateDirectory(Path.Combine(stage.Root, ".temporary")).FullName;
        var (killed, alive) = (LeftBehind(place, "killed"), LeftBehind(place, "alive"));
        using var held = new FileStream(Path.Combine(alive, "in-use"), FileMode.Open, FileAccess.Write, FileShare.None);
        var start = new ProcessStartInfo(SmallProcess.Ssl, ["plugin", "list", "--plugins", stage.Root, "--locked", File]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["TMPDIR"] = place;
        using var process = Process.Start(start)!;
        StringAssert.Contains(process.StandardError.ReadToEnd(), "is not in the lock file", "the plugins that come with the program are not locked");
        process.WaitForExit();
        Assert.AreEqual(alive, Directory.GetDirectories(place, "ssl-locked-*").Single(), killed);
    }

    private static string LeftBehind(string place, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(place, "ssl-locked-" + name)).FullName;
        System.IO.File.WriteAllText(Path.Combine(folder, "in-use"), "");
        Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        return folder;
    }

    [TestMethod]
    public void Load_AFileThatIsGone_IsRefusedByName()
    {
        Lock();
        System.IO.File.Delete(Path.Combine(stage.Root, "GoodPlugin", "GoodPlugin.pdb"));
        StringAssert.StartsWith(Locked().Refused.Single().Sentence, "GoodPlugin.pdb of plugin GoodPlugin is missing");
    }

    /// <summary>Its constructor would throw: what is not in the lock file does not run.</summary>
    [TestMethod]
    public void Load_APluginThatIsNotLocked_IsRefusedBeforeItsCodeRuns()
    {
        Lock();
        stage.Add("ThrowingConstructorPlugin");
        StringAssert.StartsWith(Locked().Refused.Single().Sentence, "Plugin ThrowingConstructorPlugin is not in the lock file");
    }

    [TestMethod]
    public void Load_ALockedPluginThatIsNotThere_IsAnError()
    {
        Lock();
        Directory.Delete(Path.Combine(stage.Root, "GoodPlugin"), recursive: true);
        var error = Assert.ThrowsExactly<ExperimentException>(() => Installation.Load([stage.Root], File));
        Assert.AreEqual(FailureKind.Plugin, error.Kind);
        StringAssert.Contains(error.Message, "names GoodPlugin, which no folder of plugins has");
    }

    [TestMethod]
    [DataRow("{", "is damaged, or is none; write")]
    [DataRow("null", "is damaged")]
    [DataRow("""{ "format": 2, "plugins": {} }""", "its format is not 1")]
    [DataRow("""{ "format": 1 }""", "is damaged, or is none; write")]
    [DataRow("""{ "plugins": { "A": null } }""", "is damaged")]
    [DataRow("""{ "plugins": { "A": { "version": "1" } } }""", "is damaged")]
    [DataRow("""{ "plugins": {}, "more": 1 }""", "is damaged")]
    public void Read_ADamagedFile_IsOneSentence(string content, string expected)
    {
        System.IO.File.WriteAllText(File, content);
        var error = Assert.ThrowsExactly<ExperimentException>(() => PluginLock.Read(File));
        Assert.AreEqual(FailureKind.Plugin, error.Kind);
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, "ssl plugin lock");
    }

    [TestMethod]
    public void Read_AFileThatIsMissing_SaysHowToWriteIt() =>
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => PluginLock.Read(File)).Message, "write it with 'ssl plugin lock --output ");

    private void Lock() => PluginLock.Of(stage.Load().Loaded).Write(File);

    private PluginCatalog Locked() => PluginCatalog.Load([stage.Root], stage.Services, PluginLock.Read(File));
}
