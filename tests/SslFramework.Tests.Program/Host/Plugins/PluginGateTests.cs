using System.Diagnostics;
using Mono.Cecil;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
public class PluginGateTests
{
    private static readonly PluginGate Gate = new(new SharedAssemblies());

    [TestMethod]
    public void Inspect_GoodPlugin_FindsItsEntryWithoutLoadingIt()
    {
        using var stage = new PluginStage("GoodPlugin");
        var candidate = Gate.Inspect(Path.Combine(stage.Root, "GoodPlugin"));
        Assert.AreEqual("TestPlugins.Good.GoodPlugin", candidate.EntryType);
        Assert.IsFalse(AppDomain.CurrentDomain.GetAssemblies().Any(assembly => !assembly.IsDynamic && assembly.Location == candidate.File));
    }

    [TestMethod]
    public void Inspect_EveryPluginOfTheHost_Passes()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "plugins"));
        Assert.IsNotEmpty(folders);
        foreach (var folder in folders)
        {
            var name = Path.GetFileName(folder);
            Assert.AreEqual(name, Gate.Inspect(Path.Combine(Repository.Output("SslFramework.Host"), "plugins", name)).Name);
        }
    }

    [TestMethod]
    public void Inspect_NoPublicEntry_IsRefused() => AssertRefused(
        stage => stage.Add("NoEntryPlugin"),
        "Plugin NoEntryPlugin has no public class that implements SslFramework.IPlugin");

    [TestMethod]
    public void Inspect_TwoEntries_IsRefused() => AssertRefused(
        stage => stage.Add("TwoEntriesPlugin"),
        "Plugin TwoEntriesPlugin has 2 public classes",
        "TestPlugins.TwoEntries.FirstEntry, TestPlugins.TwoEntries.SecondEntry");

    [TestMethod]
    public void Inspect_NewerContract_NamesBothVersions() => AssertRefused(
        stage => stage.Add("NewerContractPlugin"),
        "Plugin NewerContractPlugin was built against SslFramework.Abstractions 2.0.0.0, but this host has 1.0.0.0");

    [TestMethod]
    public void Inspect_MemberThatTheHostLacks_NamesTheMember() => AssertRefused(
        stage => stage.Add("WiderContractPlugin"),
        "Plugin WiderContractPlugin uses SslFramework.ComponentRegistration.AddTokenizer, which this host does not have",
        $"(it was built for SslFramework 0.2.0, and this is {SharedAssemblies.Version})");

    [TestMethod]
    public void Inspect_LibraryBuiltAgainstANewerContract_NamesTheLibrary() => AssertRefused(
        stage =>
        {
            var folder = stage.Add("OldJsonPlugin");
            File.Copy(Path.Combine(PluginStage.Compiled("NewerContractPlugin"), "NewerContractPlugin.dll"), Path.Combine(folder, "Inner.dll"));
        },
        "Inner.dll of plugin OldJsonPlugin was built against SslFramework.Abstractions 2.0.0.0, but this host has 1.0.0.0");

    [TestMethod]
    public void Inspect_DependencyThatIsMissing_NamesTheFile() => AssertRefused(
        stage => File.Delete(Path.Combine(stage.Add("OldJsonPlugin"), "Newtonsoft.Json.dll")),
        "Plugin OldJsonPlugin needs Newtonsoft.Json 12.0.0.0",
        "Newtonsoft.Json.dll is not in");

    [TestMethod]
    public void Inspect_ListedFileThatIsMissing_NamesTheFile() => AssertRefused(
        stage =>
        {
            var list = Path.Combine(stage.Add("OldJsonPlugin"), "OldJsonPlugin.deps.json");
            File.WriteAllText(list, File.ReadAllText(list).Replace("Newtonsoft.Json.dll", "Deeper.Dependency.dll", StringComparison.Ordinal));
        },
        "Plugin OldJsonPlugin needs Deeper.Dependency.dll, which OldJsonPlugin.deps.json names");

    [TestMethod]
    [DataRow("{")]
    [DataRow("[]")]
    [DataRow("""{ "targets": [] }""")]
    [DataRow("""{ "targets": { "net": { "a/1": { "runtime": [] } } } }""")]
    [DataRow("""{ "targets": { "net": { "a/1": { "runtime": { "\ud800": {} } } } } }""")]
    public void Inspect_DamagedDependencyList_NamesTheFile(string content) => AssertRefused(
        stage => File.WriteAllText(Path.Combine(stage.Add("OldJsonPlugin"), "OldJsonPlugin.deps.json"), content),
        "OldJsonPlugin.deps.json is damaged");

    [TestMethod]
    [DataRow("TorchSharp.dll")]
    [DataRow("runtimes/linux-x64/native/libtorch_cpu.so")]
    [DataRow("libLibTorchSharp.so")]
    [DataRow("SslFramework.Abstractions.dll")]
    [DataRow("SslFramework.Core.dll")]
    [DataRow("SslFramework.Engine.dll")]
    [DataRow("ssl.dll")]
    public void Inspect_CopyOfWhatTheHostLoads_SaysHowToLeaveItOut(string file) => AssertRefused(
        stage =>
        {
            var copy = Path.Combine(stage.Add("OldJsonPlugin"), file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(typeof(torch).Assembly.Location, copy);
        },
        $"Plugin OldJsonPlugin brings {file} of its own",
        "Private=\"false\" ExcludeAssets=\"runtime;native\"");

    [TestMethod]
    [DataRow("SslFramework.Engine")]
    [DataRow("ssl")]
    public void Inspect_ReferenceToTheProgramsOwn_IsRefusedWithWhatToUse(string name) => AssertRefused(
        stage =>
        {
            var file = Path.Combine(stage.Add("OldJsonPlugin"), "OldJsonPlugin.dll");
            using var plugin = AssemblyDefinition.ReadAssembly(new MemoryStream(File.ReadAllBytes(file)));
            plugin.MainModule.AssemblyReferences.Add(new AssemblyNameReference(name, new(0, 1, 0, 0)));
            plugin.Write(file);
        },
        $"Plugin OldJsonPlugin refers to {name}, which is the program's own and changes without notice; use what SslFramework.Core has instead.");

    [TestMethod]
    [DataRow("libtorch_cpu.so.2")]
    [DataRow("libc10_cuda.so")]
    [DataRow("libtorch.dylib")]
    [DataRow("C10.DLL")]
    [DataRow("torch_cuda.dll")]
    [DataRow("libLibTorchSharp.dylib")]
    public void IsHostsOwn_ALibraryOfLibtorch_IsTrue(string file) => Assert.IsTrue(SharedAssemblies.IsHostsOwn(file));

    /// <summary>CIFAR-10's experiment, weights, documents, and libraries that use libtorch without being it.</summary>
    [TestMethod]
    [DataRow("c10.json")]
    [DataRow("c10")]
    [DataRow("torch_weights.safetensors")]
    [DataRow("libtorch.md")]
    [DataRow("torch.dll.config")]
    [DataRow("c10net.dll")]
    [DataRow("libtorchvision.so")]
    [DataRow("LibTorchSharp.xml")]
    public void IsHostsOwn_AFileThatBeginsLikeOne_IsFalse(string file) => Assert.IsFalse(SharedAssemblies.IsHostsOwn(file));

    [TestMethod]
    public void Inspect_LibraryBuiltAgainstAnOlderTorchSharp_NamesTheMember() => AssertRefused(
        stage => File.Copy(
            Path.Combine(PluginStage.Compiled("OlderTorchLibrary"), "OlderTorchLibrary.dll"), Path.Combine(stage.Add("OldJsonPlugin"), "OlderTorchLibrary.dll")),
        "OlderTorchLibrary.dll of plugin OldJsonPlugin uses TorchSharp.torch.vander_of_old, which this host does not have");

    /// <summary>No list of the build's names it.</summary>
    [TestMethod]
    public void Inspect_DependencyOfALibraryThatIsMissing_NamesBoth() => AssertRefused(
        stage => File.Copy(
            Path.Combine(PluginStage.Compiled("OldJsonPlugin"), "OldJsonPlugin.dll"), Path.Combine(stage.Add("TwoPartPlugin", "readme.txt", ""), "Inner.dll")),
        stage => File.Copy(Path.Combine(PluginStage.Compiled("CopycatPlugin"), "CopycatPlugin.dll"), Path.Combine(stage.Root, "TwoPartPlugin", "TwoPartPlugin.dll")),
        "Inner.dll of plugin CopycatPlugin needs Newtonsoft.Json 12.0.0.0, and Newtonsoft.Json.dll is not in");

    /// <summary>They led to walks without an end, and to code that nobody had looked at.</summary>
    [TestMethod]
    [DataRow("again", ".")]
    [DataRow("again", "..")]
    [DataRow("deeper/again", "../..")]
    [DataRow("everything", "/")]
    [DataRow("Library.dll", "OldJsonPlugin.dll")]
    [DataRow("nowhere", "not-there")]
    [Timeout(60_000)]
    public void Inspect_ALink_IsRefusedByName(string link, string target) => AssertRefused(
        stage =>
        {
            var path = Path.Combine(stage.Add("OldJsonPlugin"), link);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, target);
        },
        $"holds the link {link}, behind which other files can appear at any time");

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("OldJsonPlugin.dll")]
    [DataRow("data/pipe")]
    [Timeout(60_000)]
    public void Inspect_APipe_IsRefusedByName(string pipe) => AssertRefused(
        stage =>
        {
            var path = Path.Combine(stage.Add("OldJsonPlugin"), pipe);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            using var made = Process.Start("mkfifo", [path]);
            made.WaitForExit();
        },
        $"holds {pipe}, which is neither a file nor a folder; delete it.");

    [TestMethod]
    [DataRow("no assembly at all")]
    [DataRow("")]
    public void Inspect_FileThatIsNotDotNet_SaysSo(string content) => AssertRefused(
        stage => stage.Add("TextPlugin", "TextPlugin.dll", content),
        "TextPlugin.dll is not a .NET assembly");

    [TestMethod]
    public void Inspect_NativeLibrary_SaysSo() => AssertRefused(
        stage => File.Copy(
            Environment.ProcessPath!, Path.Combine(stage.Add("NativePlugin", "readme.txt", ""), "NativePlugin.dll")),
        "NativePlugin.dll is not a .NET assembly");

    [TestMethod]
    public void Inspect_TruncatedAssembly_SaysSo() => AssertRefused(
        stage =>
        {
            using var file = File.OpenWrite(Path.Combine(stage.Add("OldJsonPlugin"), "OldJsonPlugin.dll"));
            file.SetLength(file.Length / 2);
        },
        "OldJsonPlugin.dll is not a .NET assembly");

    [TestMethod]
    public void Inspect_FolderOfAnotherName_SaysWhatIsMissing() => AssertRefused(
        stage => Directory.Move(stage.Add("OldJsonPlugin"), Path.Combine(stage.Root, "Renamed")),
        "has no Renamed.dll; a plugin's assembly has the name of its folder");

    /// <summary>Lays a bad plugin beside a good one: it gets one sentence, and the good one works.</summary>
    private static void AssertRefused(Action<PluginStage> addBadOne, params string[] parts) => AssertRefused(addBadOne, _ => { }, parts);

    private static void AssertRefused(Action<PluginStage> addBadOne, Action<PluginStage> change, params string[] parts)
    {
        using var stage = new PluginStage("GoodPlugin");
        addBadOne(stage);
        change(stage);
        var catalog = stage.Load();

        var sentence = catalog.Refused.Single().Sentence;
        Array.ForEach(parts, part => StringAssert.Contains(sentence, part));
        Assert.IsFalse(sentence.Contains('\n', StringComparison.Ordinal), sentence);
        Assert.AreEqual("GoodPlugin", catalog.Loaded.Single().Name);
        Assert.IsNotNull(catalog.Components.Find(typeof(IPretextObjective), "good-objective"));
    }
}
