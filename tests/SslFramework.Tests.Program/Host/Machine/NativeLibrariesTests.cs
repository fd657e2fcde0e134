using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Machine;

[TestClass]
public class NativeLibrariesTests
{
    [TestMethod]
    public void Look_TheHostsOwnFolder_AllLoad()
    {
        var findings = NativeLibraries.Look(Repository.HostFolder).Where(finding => finding.Subject == "torch").ToArray();
        Assert.AreEqual(Health.Good, findings.Single().Health, findings[0].Sentence);
    }

    [TestMethod]
    public void Look_AnEmptyFolder_NamesEachMissingFile()
    {
        using var folder = new TemporaryFolder();
        var findings = NativeLibraries.Look(folder.Root).Where(finding => finding.Subject == "torch").ToArray();
        Assert.HasCount(5, findings);
        Assert.IsTrue(findings.All(finding => finding is { Health: Health.Bad, Remedy: not null } && finding.Sentence.EndsWith("is missing", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Look_CopyThatTorchSharpMade_IsNoted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("cpu/x", []);
        StringAssert.Contains(NativeLibraries.Look(folder.Root).First().Sentence, "once failed to load");
    }

    [TestMethod]
    public void ErrorOf_AFileThatIsNoLibrary_IsTheLoadersOwnSentence()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("libx.so", "no library"u8.ToArray());
        var error = NativeLibraries.ErrorOf(file)!;
        Assert.IsFalse(error.Contains('\n', StringComparison.Ordinal));
        Assert.IsFalse(error.Contains("strace", StringComparison.Ordinal), error);
        if (OperatingSystem.IsLinux())
        {
            StringAssert.Contains(error, "file too short");
        }
    }

    /// <summary>The library as it is published, before the build marks the need as optional.</summary>
    [TestMethod]
    public void ErrorOf_LibraryForANewerLibstdcxx_NamesFileVersionAndRemedy()
    {
        var published = Path.Combine(
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            "torchsharp", typeof(torch).Assembly.GetName().Version!.ToString(3), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (!OperatingSystem.IsLinux() || !File.Exists(published) || NativeLibraries.ErrorOf(published) is not { } error)
        {
            Assert.Inconclusive("skipped: the published library is not there, or loads on this system");
            return;
        }

        StringAssert.Contains(error, "GLIBCXX_3.4.32");
        var remedy = NativeLibraries.RemedyFor(error);
        StringAssert.Contains(remedy, "libstdc++.so.6 is older than the library wants, which asks for GLIBCXX_3.4.32. Build the host on this machine");
    }

    [TestMethod]
    [DataRow("libgomp.so.1: cannot open shared object file: No such file or directory", "Install libgomp.so.1: 'apt-file search libgomp.so.1'")]
    [DataRow("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x)", "libstdc++.so.6 is older")]
    [DataRow("/x/libtorch_cpu.so: invalid ELF header", "Build the host again")]
    public void RemedyFor_AnErrorOfTheLoader_SaysWhatToDo(string error, string expected) => StringAssert.StartsWith(NativeLibraries.RemedyFor(error), expected);
}
