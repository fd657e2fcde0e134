using SslFramework.Host.Plugins;
using SslFramework.Tests.Reliability;

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
        Assert.AreEqual(ExitCode.Plugin, error.ExitCode);
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
        Assert.AreEqual(ExitCode.Plugin, error.ExitCode);
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, "ssl plugin lock");
    }

    [TestMethod]
    public void Read_AFileThatIsMissing_SaysHowToWriteIt() =>
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => PluginLock.Read(File)).Message, "write it with 'ssl plugin lock --output ");

    private void Lock() => PluginLock.Of(stage.Load().Loaded).Write(File);

    private PluginCatalog Locked() => PluginCatalog.Load([stage.Root], stage.Services, PluginLock.Read(File));
}
