using System.Diagnostics;
using System.Text.Json.Nodes;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
internal sealed class SignalTests
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int User1 = 10; // Linux
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-signals").FullName;

    private string Run => Path.Combine(folder, "quickstart");

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C15")]
    [DataRow(Terminate, ExitCode.Terminated)]
    [DataRow(Interrupt, ExitCode.Interrupted)]
    public void Train_Signalled_FinishesTheStepSavesAndSaysSo(int signal, ExitCode expected)
    {
        using var process = Started("--set", "training.epochs=1000", "--set", "training.logEvery=1");
        process.Signal(signal);
        var (code, errors) = process.End();
        Assert.AreEqual((int)expected, code, errors);

        var status = Status();
        Assert.AreEqual("interrupted", (string?)status["status"]);
        Assert.Contains("Finishing this step", errors);
        var step = status["step"]!.GetValue<long>();
        Assert.AreEqual(File.ReadAllLines(Path.Combine(Run, "metrics.jsonl")).Length, step, "the checkpoint is of the last step");
        Assert.IsTrue(Directory.Exists(Path.Combine(Run, "checkpoints", $"step-{step:D9}")));
    }

    [TestMethod]
    [Case("C15")]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_ToldThatTimeIsNearlyUp_FinishesTheStepSavesAndSaysSo() => Train_Signalled_FinishesTheStepSavesAndSaysSo(User1, ExitCode.Stopped);

    [TestMethod]
    [Case("C15")]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_InterruptIgnoredByWhoStartedIt_GoesOnToTheEnd()
    {
        using var process = new SmallProcess(
            "/usr/bin/env", ["--ignore-signal=INT", SmallProcess.Ssl, .. SmallProcess.Arguments("quickstart", folder, "--inject", "slow@1-")]);
        process.WaitForTraining();
        process.Signal(Interrupt);
        var (code, errors) = process.End();
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("completed", (string?)Status()["status"]);
    }

    [TestMethod]
    [Case("C16")]
    [DataRow(Terminate, 143)]
    [DataRow(Interrupt, 130)]
    public void Train_SignalledTwice_LeavesAtOnceAndTheOldCheckpointsAreWhole(int signal, int expected)
    {
        // Each disk call of a save takes two seconds: the first signal alone would wait for all of them.
        using var process = Started([.. Enumerable.Repeat(new[] { "--inject", "slow@save:1-" }, 40).SelectMany(pair => pair), "--set", "training.checkpointEverySteps=1"]);
        Thread.Sleep(500);
        process.Signal(signal);
        Thread.Sleep(200);
        process.Signal(signal);
        var clock = Stopwatch.StartNew();
        Assert.AreEqual(expected, process.End().Code);
        Assert.IsLessThan(10, clock.Elapsed.TotalSeconds);

        var (code, _, errors) = SslProgram.Run(SmallProcess.Arguments("quickstart", folder));
        Assert.AreEqual(0, code, errors);
        Assert.DoesNotContain("damaged", errors);
    }

    [TestMethod]
    [Case("C17")]
    public void Train_TerminalAndPipesGone_GoesOnToTheEnd()
    {
        using var process = Started("--inject", "slow@1-");
        process.Signal(HangUp);
        process.ClosePipes();
        Assert.AreEqual(0, process.End(read: false).Code);
        Assert.AreEqual("completed", (string?)Status()["status"]);
    }

    [TestMethod]
    [Case("C17")]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_MessagesToAFullDisk_GoesOnToTheEnd()
    {
        using var process = new SmallProcess(
            "/bin/sh", ["-c", "exec \"$@\" 2> /dev/full", "sh", SmallProcess.Ssl, .. SmallProcess.Arguments("quickstart", folder)]);
        Assert.AreEqual(0, process.End().Code);
        Assert.AreEqual("completed", (string?)Status()["status"]);
    }

    [TestMethod]
    [Case("C18")]
    public void Train_StoppedForAWhile_GoesOnToTheSameEnd()
    {
        using (var process = Started("--inject", "slow@1-"))
        {
            process.Signal(Stop);
            Thread.Sleep(500);
            process.Signal(Continue);
            Assert.AreEqual(0, process.End().Code);
        }

        SslProgram.Run([.. SmallProcess.Arguments("quickstart", folder), "--set", "name=straight"]);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "straight")), Run);
    }

    [TestMethod]
    [Case("C19")]
    public void Train_FolderInUse_IsRefusedUntilTheHolderIsKilled()
    {
        using var holder = Started("--inject", "slow@1-", "--set", "training.epochs=1000");
        var (code, _, errors) = SslProgram.Run(SmallProcess.Arguments("quickstart", folder));
        Assert.AreEqual((int)ExitCode.RunFolder, code);
        StringAssert.Matches(errors, new($"process {holder.Id} on {Environment.MachineName} since .{{19}} UTC")); // as the journal has it

        holder.Kill();
        holder.End();
        (code, _, errors) = SslProgram.Run([.. SmallProcess.Arguments("quickstart", folder), "--steps", "1"]);
        Assert.AreEqual(0, code, errors);
        Assert.Contains("ended without a word", File.ReadAllText(Path.Combine(Run, "journal.md")));
    }

    private SmallProcess Started(params string[] more)
    {
        var process = new SmallProcess("quickstart", folder, more);
        process.WaitForTraining();
        return process;
    }

    private JsonNode Status() => JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "run.json")))!;
}
