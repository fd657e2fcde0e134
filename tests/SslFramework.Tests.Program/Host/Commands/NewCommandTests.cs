using System.Xml.Linq;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Tests.Host.Plugins;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class NewCommandTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void DeleteFolder() => folder.Dispose();

    [TestMethod]
    public void New_APlugin_HasItsNameEverywhere()
    {
        var target = Path.Combine(folder.Root, "out");
        var (code, output, errors) = SslProgram.Run("new", "plugin", "TwinNets", "--output", target, "--feed", folder.Root);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "ssl train twin-nets --data fashion-mnist");
        Assert.IsLessThanOrEqualTo(80, output.Split('\n').Max(line => line.Length), output);
        string[] expected =
        [
            "README.md", "TwinNets.Tests/TwinNets.Tests.csproj", "TwinNets.Tests/TwinNetsObjectiveTests.cs", "TwinNets.slnx", "TwinNets/TwinNets.csproj",
            "TwinNets/TwinNetsObjective.cs", "TwinNets/TwinNetsPlugin.cs", "TwinNets/experiments/twin-nets.json", "nuget.config",
        ];
        var files = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).ToList();
        CollectionAssert.AreEquivalent(expected, files.ConvertAll(file => Path.GetRelativePath(target, file)));
        foreach (var text in files.Select(File.ReadAllText))
        {
            Assert.IsFalse(text.Contains("MyMethod", StringComparison.Ordinal) || text.Contains("my-method", StringComparison.Ordinal) || text.Contains("SSLFRAMEWORK", StringComparison.Ordinal), text);
        }
    }

    [TestMethod]
    [DataRow("method", "MyMethod", "TwinNetsObjective.cs")]
    [DataRow("backbone", "MyBackbone", "TwinNets.cs")]
    [DataRow("evaluator", "MyEvaluator", "TwinNets.cs")]
    [DataRow("source", "MySource", "TwinNets.cs")]
    [DataRow("step", "MyStep", "TwinNets.cs")]
    [DataRow("optimizer", "MyOptimizer", "TwinNets.cs")]
    [DataRow("schedule", "MySchedule", "TwinNets.cs")]
    public void New_OfAKind_IsItsSampleUnderAnotherName(string kind, string sample, string file)
    {
        var target = Path.Combine(folder.Root, kind);
        var (code, _, errors) = SslProgram.Run("new", "plugin", "TwinNets", "--kind", kind, "--output", target);
        Assert.AreEqual(0, code, errors);
        Assert.IsTrue(File.Exists(Path.Combine(target, "TwinNets", file)));
        Assert.IsTrue(File.Exists(Path.Combine(target, "TwinNets", "experiments", "twin-nets.json")));
        Assert.IsTrue(File.Exists(Path.Combine(target, "TwinNets.Tests", "TwinNets.Tests.csproj")));
        foreach (var text in Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(File.ReadAllText))
        {
            Assert.DoesNotContain(sample, text);
            Assert.DoesNotContain("SSLFRAMEWORK", text);
        }
    }

    /// <summary>Packages of these names on a public feed would be somebody else's.</summary>
    [TestMethod]
    public void New_WithAFeed_TakesTheFrameworksPackagesFromItAlone()
    {
        var target = Path.Combine(folder.Root, "out");
        Assert.AreEqual(0, SslProgram.Run("new", "plugin", "TwinNets", "--out", target, "--feed", folder.Root).ExitCode);
        var mapping = XDocument.Load(Path.Combine(target, "nuget.config")).Descendants("packageSource")
            .ToDictionary(source => source.Attribute("key")!.Value, source => string.Join(' ', source.Elements("package").Select(package => package.Attribute("pattern")!.Value)));
        Assert.AreEqual("SslFramework.*", mapping["sslframework"]);
        Assert.AreEqual("*", mapping["nuget.org"]);
    }

    /// <summary>Told before a line of it is written; the loader would refuse the plugin when it is done.</summary>
    [TestMethod]
    [DataRow("Rotation", "its method would be \"rotation\", which plugin SslFramework.Plugins.Rotation has")]
    [DataRow("MAE", "its method would be \"mae\", which plugin SslFramework.Plugins.MAE has")]
    [DataRow("MocoV1", "its method would be \"moco-v1\", which plugin SslFramework.Plugins.MoCo has")]
    [DataRow("GoodPlugin", "there is one of that name in ")]
    [DataRow("TorchSharp", "the host has an assembly of that name")]
    [DataRow("System", "the host has an assembly of that name")]
    public void New_ANameThatIsTaken_IsRefusedBeforeAnythingIsWritten(string name, string reason)
    {
        using var stage = new PluginStage("GoodPlugin");
        Environment.SetEnvironmentVariable(PluginRoots.Variable, $"{Repository.Plugins}{Path.PathSeparator}{stage.Root}");
        try
        {
            var target = Path.Combine(folder.Root, "out");
            var (code, _, errors) = SslProgram.Run("new", "plugin", name, "--out", target);
            Assert.AreEqual((int)ExitCode.Usage, code, errors);
            StringAssert.Contains(errors, $"\"{name}\" cannot be a new plugin's name, because {reason}");
            Assert.IsFalse(Directory.Exists(target));
        }
        finally
        {
            Environment.SetEnvironmentVariable(PluginRoots.Variable, null);
        }
    }

    [TestMethod]
    [DataRow("twinNets")]
    [DataRow("Vic Reg")]
    [DataRow("../Vic")]
    public void New_ANameThatIsNone_IsAUsageError(string name) =>
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("new", "plugin", name).ExitCode);

    [TestMethod]
    public void New_IntoAFile_IsRefused()
    {
        var file = folder.Write("mine.txt", []);
        var (code, _, errors) = SslProgram.Run("new", "plugin", "TwinNets", "--output", file);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, $"'{file}' cannot be a folder, because '{file}' is a file; name another folder with --output.");
    }

    [TestMethod]
    public void New_IntoAFolderWithFiles_IsRefused()
    {
        folder.Write("mine.txt", []);
        var (code, _, errors) = SslProgram.Run("new", "plugin", "TwinNets", "--output", folder.Root);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "is not empty");
    }
}
