using System.Diagnostics;
using System.Text.Json.Nodes;
using SslFramework.Core.Processors;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Core.Processors;

/// <summary>A machine that hides its caches, made of this one: a program writes into its own libtorch what it would believe there.</summary>
[TestClass]
public class ProcessorCachesTests
{
    [TestMethod]
    public void Mend_OfHiddenCaches_ConvolvesRightlyAndTrains()
    {
        var (code, findings) = Doctor("hidden");
        Assert.AreEqual(0, code, findings.ToJsonString());
        StringAssert.Contains(Torch(findings), "was told of these");
        Assert.IsFalse(Torch(findings).Contains(" B,", StringComparison.Ordinal), "caches of a byte");
        Assert.IsTrue(Of(findings, "convolution").All(finding => (string?)finding["health"] == "good"));
    }

    [TestMethod]
    public void HiddenCaches_LeftAsTold_AreSeenAndNothingIsTrained()
    {
        var (code, findings) = Doctor("hidden,as-told");
        Assert.AreEqual(1, code);
        StringAssert.Contains(Torch(findings), "1 B, 1 B, 1 B");
        Assert.IsTrue(Of(findings, "convolution").Count(finding => (string?)finding["health"] == "bad") >= 3, findings.ToJsonString());
        StringAssert.Contains((string?)Of(findings, "training").Single()["sentence"]!, "exit code 11: error: libtorch computes wrongly on this machine");
    }

    [TestMethod]
    public void HiddenCaches_OfALibraryThatCannotBeTold_LeaveOneDnnOff()
    {
        var (code, findings) = Doctor("hidden,unknown");
        Assert.AreEqual(0, code, findings.ToJsonString());
        StringAssert.Contains(Torch(findings), "without oneDNN");
        Assert.AreEqual(0, Of(findings, "convolution").Count(finding => ((string)finding["sentence"]!).Contains("bfloat16", StringComparison.Ordinal)), "it does not pay");
        Assert.AreEqual("good", (string?)Of(findings, "training").Single()["health"]);
    }

    [TestMethod]
    public void Believed_OnLinux_IsReadFromTheLibrary()
    {
        if (!OperatingSystem.IsLinux() || ProcessorCaches.State is CacheState.OneDnnOff)
        {
            Assert.Inconclusive("Only the library of Linux is read.");
        }

        var believed = ProcessorCaches.Assumed()!;
        Assert.IsTrue(believed.All(bytes => bytes >= 4096), string.Join(", ", believed));
        Assert.IsTrue(ProcessorCaches.State != CacheState.Sound || believed.Count > 0);
    }

    /// <summary>For single images libtorch would ask NNPACK, which writes a line for each convolution where it cannot start.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public unsafe void Nnpack_OnAnyMachine_IsOff()
    {
        _ = ProcessorCaches.State;
        Assert.IsTrue(Libtorch.TryFind(Libtorch.GlobalContext, out var context));
        Assert.IsTrue(Libtorch.TryFind("_ZNK2at7Context17userEnabledNNPACKEv", out var isOn));
        Assert.AreEqual(0, ((delegate* unmanaged<nint, byte>)isOn)(((delegate* unmanaged<nint>)context)()));
    }

    private static string Torch(JsonArray findings) => string.Join(' ', Of(findings, "torch").Select(finding => (string?)finding["sentence"]));

    private static IEnumerable<JsonNode> Of(JsonArray findings, string subject) =>
        findings.Where(finding => (string?)finding!["subject"] == subject).Select(finding => finding!);

    private static (int ExitCode, JsonArray Findings) Doctor(string caches)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Only the library of Linux can be told.");
        }

        using var runs = new TemporaryFolder();
        var start = new ProcessStartInfo(Path.Combine(Repository.HostFolder, "ssl"), ["doctor", "--json", "--runs", runs.Root])
        {
            RedirectStandardOutput = true,
            Environment = { [ProcessorCaches.Variable] = caches },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, JsonNode.Parse(output)!.AsArray());
    }
}
