using System.Text.Json.Nodes;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Reliability;

/// <summary>What a run makes of bad numbers, a failing objective and a failing disk.</summary>
[TestClass]
public class TrainingFaultTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-faults-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("N1")]
    [Case("N3")]
    [DataRow("nan@6", "The loss of step 6 is NaN")]
    [DataRow("inf@6", "The loss of step 6 is")]
    [DataRow("inf-gradient@6", "The gradient of step 6 is not finite")]
    public void Train_OneBadStep_IsSkippedAndRecordedWithItsImages(string fault, string sentence)
    {
        var (code, errors) = Train("moco-v1-fashion-mnist", "run", "--inject", fault);
        Assert.AreEqual(0, code, errors);
        Assert.Contains(sentence, errors);

        var incident = Lines("run", "incidents.jsonl").Single();
        Assert.AreEqual("skipped", (string?)incident["kind"]);
        Assert.AreEqual(6, incident["step"]!.GetValue<long>());
        Assert.AreEqual(1, incident["epoch"]!.GetValue<long>());
        Assert.HasCount(8, incident["samples"]!.AsArray());
        Assert.Contains(sentence, File.ReadAllText(Path.Combine(folder, "run", "journal.md")));
        Assert.AreEqual("completed", Status("run"));
    }

    [TestMethod]
    [Case("N1")]
    public void Train_BadStep_LeavesWeightsAndQueueAsTheyWere()
    {
        // The last step is bad: what is saved is what the step before it left.
        Train("moco-v1-fashion-mnist", "short", "--steps", "15");
        Train("moco-v1-fashion-mnist", "bad", "--inject", "nan@16");
        CollectionAssert.AreEqual(Bytes("short", 15, "objective"), Bytes("bad", 16, "objective"));
        CollectionAssert.AreEqual(Bytes("short", 15, "optimizer"), Bytes("bad", 16, "optimizer"));
    }

    [TestMethod]
    [Case("N2")]
    public void Train_BadStepsThatDoNotComeBack_GoBackOnceAndEndAsIfNothingHadBeen()
    {
        Train("simclr-fashion-mnist", "healthy");
        var (code, errors) = Train("simclr-fashion-mnist", "run", "--inject", "nan@7", "--inject", "nan@8", "--inject", "nan@9");
        Assert.AreEqual(0, code, errors);
        Assert.Contains("Training goes back to step 6, once", errors);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "healthy")), Path.Combine(folder, "run"));
    }

    [TestMethod]
    [Case("N2")]
    public void Train_BadStepsThatComeBack_EndWithADiagnosis()
    {
        var (code, errors) = Train("simclr-fashion-mnist", "run", "--inject", "nan@7-");
        Assert.AreEqual((int)ExitCode.Diverged, code);
        Assert.Contains("Training goes back to step 6, once", errors);
        Assert.Contains("The checkpoint of step 6 is sound", errors);
        Assert.AreEqual("failed", Status("run"));

        var (resumed, more) = Train("simclr-fashion-mnist", "run", "--set", "schedule.learningRate=0.001", "--override-resume", "schedule.learningRate");
        Assert.AreEqual(0, resumed, more);
        Assert.Contains("goes on with another schedule.learningRate", more);
    }

    [TestMethod]
    [Case("N4")]
    public void Train_Spike_IsMarkedAndTaken()
    {
        var (code, errors) = Train("quickstart", "run", "--set", "training.epochs=8", "--set", "training.batchSize=4", "--inject", "spike@40");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("spike", (string?)Lines("run", "incidents.jsonl").First(line => line["step"]!.GetValue<long>() == 40)["kind"]);
    }

    [TestMethod]
    [Case("P5")]
    public void Train_ObjectiveThrows_SavesTheStepsDoneAndTheSameCommandGoesOn()
    {
        Train("moco-v1-fashion-mnist", "healthy");
        var (code, errors) = Train("moco-v1-fashion-mnist", "run", "--inject", "throw@9");
        Assert.AreEqual((int)ExitCode.Plugin, code);
        Assert.Contains("\"moco-v1\"", errors);
        Assert.Contains("failed at step 9", errors);
        Assert.IsTrue(Directory.Exists(Path.Combine(folder, "run", "checkpoints", "step-000000008")));

        Assert.AreEqual(0, Train("moco-v1-fashion-mnist", "run").Code);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "healthy")), Path.Combine(folder, "run"));
    }

    [TestMethod]
    [Case("C5")]
    [DataRow("enospc@save:2")]
    [DataRow("eio@save:9")]
    public void Train_OneSaveFails_GoesOnAndEndsTheSame(string fault)
    {
        Train("quickstart", "healthy");
        var (code, errors) = Train("quickstart", "run", "--inject", fault);
        Assert.AreEqual(0, code, errors);
        Assert.Contains("Training goes on", errors);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "healthy")), Path.Combine(folder, "run"));
    }

    [TestMethod]
    [Case("C27")]
    public void Train_SlowDisk_WaitsForEachSaveAndEndsTheSame()
    {
        Train("quickstart", "healthy");
        Assert.AreEqual(0, Train("quickstart", "run", "--inject", "slow@save:1-20").Code);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "healthy")), Path.Combine(folder, "run"));
    }

    [TestMethod]
    [Case("C25")]
    [Case("C27")]
    [DataRow("hang@6", "Step 6 has not ended in 2 s: computing", "step 4")]
    [DataRow("hang@save:3", "writing a checkpoint (does the disk answer?)", "step 0")]
    public void Train_StepThatHangs_EndsWithTheReasonAndTheSameCommandGoesOn(string fault, string sentence, string saved)
    {
        using (var process = new SmallProcess("quickstart", folder, "--inject", fault, "--set", "training.stepTimeout=2"))
        {
            var (code, errors) = process.End();
            Assert.AreEqual((int)ExitCode.Hung, code, errors);
            Assert.Contains(sentence, errors);
            Assert.Contains($"goes on from {saved}", errors);
        }

        var status = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "quickstart", "run.json")))!;
        Assert.AreEqual("failed", (string?)status["status"]);
        Assert.AreEqual("Hung", (string?)status["exitReason"]);
        Assert.Contains(sentence, (string)status["reason"]!);

        Train("quickstart", "healthy");
        var (resumed, more) = Train("quickstart", "quickstart");
        Assert.AreEqual(0, resumed, more);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "healthy")), Path.Combine(folder, "quickstart"));
    }

    [TestMethod]
    [Case("N4")]
    public void Train_SpikeSoonAfterAResume_IsMarkedAsInAnUninterruptedRun()
    {
        string[] more = ["--set", "training.epochs=8", "--set", "training.batchSize=4"];
        Train("quickstart", "whole", [.. more, "--inject", "spike@40"]);
        Train("quickstart", "parts", [.. more, "--steps", "35"]);
        Train("quickstart", "parts", [.. more, "--inject", "spike@40"]);
        Assert.Contains("spike", File.ReadAllText(Path.Combine(folder, "whole", "incidents.jsonl")));
        Assert.AreEqual(File.ReadAllText(Path.Combine(folder, "whole", "incidents.jsonl")), File.ReadAllText(Path.Combine(folder, "parts", "incidents.jsonl")));
    }

    [TestMethod]
    [Case("N2")]
    public void Train_BadStepsBeforeAndAfterAResume_AreTooManyTogether()
    {
        Train("quickstart", "run", "--steps", "9", "--inject", "nan@1-2", "--inject", "nan@4-5", "--inject", "nan@7-8");
        var (code, errors) = Train("quickstart", "run", "--inject", "nan@10-11", "--inject", "nan@13-14", "--inject", "nan@16-");
        Assert.AreEqual((int)ExitCode.Diverged, code, errors);
        Assert.Contains("as were 11 of the last 16 steps", errors);
    }

    [TestMethod]
    [Case("C28")]
    [DataRow("../outside")]
    [DataRow("a/b")]
    [DataRow("a b")]
    [DataRow(".hidden")]
    [DataRow("line\nline")]
    public void Train_NameThatIsNoFolderName_IsRefused(string name)
    {
        var (code, errors) = Train("quickstart", name);
        Assert.AreEqual((int)ExitCode.Config, code);
        Assert.Contains("names the run folder", errors);
    }

    [TestMethod]
    [Case("C5")]
    public void Train_EverySaveFails_EndsWithTheExitCodeOfStorage()
    {
        var (code, errors) = Train("quickstart", "run", "--inject", "enospc@save:1-");
        Assert.AreEqual((int)ExitCode.Storage, code);
        Assert.Contains("No space left", errors);
        Assert.AreEqual("failed", Status("run"));
    }

    [TestMethod]
    [Case("C13")]
    public void Train_LongerAfterTheEnd_GoesOn()
    {
        Train("quickstart", "run");
        var (code, errors) = Train("quickstart", "run", "--set", "training.epochs=5");
        Assert.AreEqual(0, code, errors);
        Assert.Contains("another training.epochs: 4 → 5", errors);
        Assert.Contains("Going on from step 16", errors);
    }

    [TestMethod]
    [Case("C14")]
    public void Train_OtherThreads_GoesOnAndSaysWhatThatMeans()
    {
        Train("quickstart", "run", "--steps", "5");
        var (code, errors) = Train("quickstart", "run", "--set", "threads=2", "--steps", "6");
        Assert.AreEqual(0, code, errors);
        Assert.Contains("may differ from an uninterrupted run: threads: 1 → 2", errors);
    }

    [TestMethod]
    [Case("C8")]
    public void Train_NamedCheckpoint_IsTakenOrTheRunEnds()
    {
        Train("quickstart", "run", "--steps", "7");
        var (missing, errors) = Train("quickstart", "run", "--checkpoint", "step-000000002");
        Assert.AreEqual((int)ExitCode.Checkpoint, missing);
        Assert.Contains("The checkpoint 'step-000000002' cannot be used: there is no such folder; the run has step-000000007, step-000000006.", errors);
        Assert.AreEqual(7, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run", "run.json")))!["step"]!, "what the start before reached");

        var (code, more) = Train("quickstart", "run", "--checkpoint", "step-000000006");
        Assert.AreEqual(0, code, more);
        Assert.Contains("Going on from step 6", more);
    }

    private (int Code, string Errors) Train(string method, string name, params string[] more)
    {
        var (code, _, errors) = SslProgram.Run(["train", SmallRuns.Write(method, folder), "--runs", folder, "--set", $"name={name}", .. more]);
        return (code, errors);
    }

    private byte[] Bytes(string run, int step, string what) =>
        File.ReadAllBytes(Path.Combine(folder, run, "checkpoints", $"step-{step:D9}", what + ".safetensors"));

    private JsonNode[] Lines(string run, string file) => [.. File.ReadAllLines(Path.Combine(folder, run, file)).Select(line => JsonNode.Parse(line)!)];

    private string? Status(string run) => (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, run, "run.json")))!["status"];
}
