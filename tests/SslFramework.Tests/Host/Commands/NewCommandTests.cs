using SslFramework.Tests.Core.Data;

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
        var (code, output, errors) = SslProgram.Run("new", "plugin", "VicReg", "--output", target, "--feed", folder.Root);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "ssl train vic-reg --data fashion-mnist");
        Assert.IsLessThanOrEqualTo(80, output.Split('\n').Max(line => line.Length), output);
        string[] expected =
        [
            "README.md", "VicReg.Tests/VicReg.Tests.csproj", "VicReg.Tests/VicRegObjectiveTests.cs", "VicReg.slnx", "VicReg/VicReg.csproj",
            "VicReg/VicRegObjective.cs", "VicReg/VicRegPlugin.cs", "VicReg/experiments/vic-reg.json", "nuget.config",
        ];
        var files = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).ToList();
        CollectionAssert.AreEquivalent(expected, files.ConvertAll(file => Path.GetRelativePath(target, file)));
        foreach (var text in files.Select(File.ReadAllText))
        {
            Assert.IsFalse(text.Contains("MyMethod", StringComparison.Ordinal) || text.Contains("my-method", StringComparison.Ordinal) || text.Contains("SSLFRAMEWORK", StringComparison.Ordinal), text);
        }
    }

    [TestMethod]
    [DataRow("vicreg")]
    [DataRow("Vic Reg")]
    [DataRow("../Vic")]
    public void New_ANameThatIsNone_IsAUsageError(string name) =>
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("new", "plugin", name).ExitCode);

    [TestMethod]
    public void New_IntoAFile_IsRefused()
    {
        var file = folder.Write("mine.txt", []);
        var (code, _, errors) = SslProgram.Run("new", "plugin", "VicReg", "--output", file);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, $"'{file}' cannot be a folder, because '{file}' is a file; name another folder with --output.");
    }

    [TestMethod]
    public void New_IntoAFolderWithFiles_IsRefused()
    {
        folder.Write("mine.txt", []);
        var (code, _, errors) = SslProgram.Run("new", "plugin", "VicReg", "--output", folder.Root);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "is not empty");
    }
}
