using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public partial class SignalTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-signals").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow(15, ExitCode.Terminated)]
    [DataRow(2, ExitCode.Interrupted)]
    public void Train_Signalled_FinishesTheStepSavesAndSaysSo(int signal, ExitCode expected)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Path.Combine(Repository.HostFolder, "ssl"),
            [
                "train", Repository.Experiment("quickstart.json"), "--runs", runs, "--set", "training.epochs=1000", "--set", "training.logEvery=1",
                "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32", "--set", "precision=fp32", "--set", "threads=1",
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var metrics = Path.Combine(runs, "quickstart", "metrics.jsonl");
        Assert.IsTrue(SpinWait.SpinUntil(() => File.Exists(metrics) && new FileInfo(metrics).Length > 1000, TimeSpan.FromSeconds(60)));

        _ = Kill(process.Id, signal);
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.AreEqual((int)expected, process.ExitCode, process.StandardError.ReadToEnd());

        var status = JsonNode.Parse(File.ReadAllText(Path.Combine(runs, "quickstart", "run.json")))!;
        Assert.AreEqual("interrupted", (string?)status["status"]);
        Assert.AreEqual(File.ReadAllLines(metrics).Length, status["step"]!.GetValue<long>(), "the checkpoint is of the last step");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
