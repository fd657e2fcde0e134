using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Training;

[TestClass]
public class TrainingMonitorTests
{
    private const string Monitor = """monitor={ "every": 2, "evaluators": ["knn", { "name": "linear-probe", "epochs": 2 }] }""";

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-monitor").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DataRow("simclr-fashion-mnist.json")]
    [DataRow("moco-v1-fashion-mnist.json")] // batch norm, a queue and a second encoder
    public void Monitor_OfARun_ChangesNoWeightAndNoLoss(string experiment)
    {
        Train(experiment, "with", "--set", Monitor);
        Train(experiment, "without");
        CollectionAssert.AreEqual(File.ReadAllBytes(In("without", "backbone.safetensors")), File.ReadAllBytes(In("with", "backbone.safetensors")));
        CollectionAssert.AreEqual(Lines("without"), Lines("with").Where(line => !IsMeasured(line)).ToArray());
        Assert.AreEqual(File.ReadAllText(In("without", "evaluation.json")), File.ReadAllText(In("with", "evaluation.json")));
    }

    [TestMethod]
    public void Monitor_EverySecondEpoch_IsACurveThatEndsAsTheEvaluation()
    {
        Train("simclr-fashion-mnist.json", "run", "--set", Monitor);
        var curve = Lines("run").Where(IsMeasured).Select(line => JsonNode.Parse(line)!).ToArray();
        CollectionAssert.AreEqual(new[] { 2.0, 4.0 }, curve.Select(point => (double)point["epoch"]!).ToArray());
        Assert.IsNotNull(curve[0]["linear-probe top-1"]);

        var final = JsonNode.Parse(File.ReadAllText(In("run", "evaluation.json")))!["results"]!.AsArray()
            .First(r => (string?)r!["subject"] == "trained" && (string?)r["metric"] == "top-1 (k=20)");
        Assert.AreEqual((double)final!["value"]!, (double)curve[^1]["knn top-1 (k=20)"]!);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Monitor_OfARunThatWasStopped_EqualsAnUninterruptedOne(int stop)
    {
        Train("simclr-fashion-mnist.json", "whole", "--set", Monitor);
        Train("simclr-fashion-mnist.json", "parts", "--set", Monitor, "--steps", $"{stop}");
        Train("simclr-fashion-mnist.json", "parts", "--set", Monitor);
        CollectionAssert.AreEqual(Lines("whole"), Lines("parts"));
        CollectionAssert.AreEqual(File.ReadAllBytes(In("whole", "backbone.safetensors")), File.ReadAllBytes(In("parts", "backbone.safetensors")));
    }

    [TestMethod]
    public void Monitor_BestCheckpoint_IsKeptBesideTheNewest()
    {
        Train("simclr-fashion-mnist.json", "run", "--set", """monitor={ "evaluators": ["knn"] }""", "--set", "training.epochs=8");
        var curve = Lines("run").Where(IsMeasured).Select(line => JsonNode.Parse(line)!).ToArray();
        var best = curve.MaxBy(point => (double)point["knn top-1 (k=20)"]!)!;
        var kept = Directory.GetDirectories(In("run", "checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        Assert.Contains($"step-{(long)best["step"]!:D9}", string.Join(' ', kept));
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(In("run", "checkpoints"), kept[^1], "state.json")))!;
        Assert.AreEqual((double)best["knn top-1 (k=20)"]!, (double)state["bestScore"]!);
        Assert.AreEqual((double)curve[^1]["knn top-1 (k=20)"]!, (double)state["score"]!);
    }

    /// <summary>A stranger's evaluator may call its score anything; what is no score decides nothing.</summary>
    [TestMethod]
    public void Monitor_AScoreOfAnyName_DecidesWhichCheckpointIsBest()
    {
        Train("simclr-fashion-mnist.json", "run", "--set", """monitor={ "evaluators": ["diagnostics", "retrieval"] }""");
        var measured = Lines("run").Select(line => JsonNode.Parse(line)!).Where(line => line["retrieval mAP"] is not null).ToArray();
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(Directory.GetDirectories(In("run", "checkpoints")).Max()!, "state.json")))!;
        Assert.AreEqual((double)measured[^1]["retrieval mAP"]!, (double?)state["score"]);
        Assert.AreEqual(measured.Max(line => (double)line["retrieval mAP"]!), (double?)state["bestScore"]);
    }

    [TestMethod]
    public void Monitor_WithoutAnythingToMeasureOn_IsOneSentence()
    {
        var file = Path.Combine(runs, "experiment.json");
        var experiment = JsonNode.Parse(File.ReadAllText(Repository.Experiment("simclr-fashion-mnist.json")).Replace("../../../host/data", $"{Repository.Root}/host/data", StringComparison.Ordinal))!.AsObject();
        experiment.Remove("evaluation");
        File.WriteAllText(file, experiment.ToJsonString());
        var (code, _, errors) = SslProgram.Run("train", file, "--runs", runs, "--set", Monitor);
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "\"monitor\" needs the key \"test\"");
    }

    private static bool IsMeasured(string line) => line.Contains("knn", StringComparison.Ordinal);

    private string In(string run, string file) => Path.Combine(runs, run, file);

    private string[] Lines(string run) => File.ReadAllLines(In(run, "metrics.jsonl"));

    private void Train(string experiment, string name, params string[] more)
    {
        var (code, _, errors) = SslProgram.Run(
        [
            "train", Repository.Experiment(experiment), "--runs", runs, "--set", $"name={name}", "--set", "data.take=64", "--set", "evaluation.test.skip=9950",
            "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32", "--set", "training.epochs=4", "--set", "training.logEvery=1",
            "--set", "threads=1", "--set", "precision=fp32", "--set", "evaluation.baselines=false", "--set", """evaluation.evaluators=["knn"]""", .. more,
        ]);
        Assert.AreEqual(0, code, errors);
    }
}
