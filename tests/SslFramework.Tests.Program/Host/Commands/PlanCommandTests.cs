using System.Text.Json.Nodes;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Host.Plans;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class PlanCommandTests
{
    private static readonly string[] Tiny =
        ["--set", "data.take=300", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32", "--set", "training.epochs=5", "--set", "threads=1", "--set", "precision=fp32"];

    [TestMethod]
    public void Plan_AnExperiment_CountsAndMeasures()
    {
        var plan = Plan("quickstart.json", [.. Tiny, "--ranks", "4", "--link", "10"]);
        Assert.AreEqual(9, (int)plan["stepsPerEpoch"]!);
        Assert.AreEqual(45, (int)plan["steps"]!);
        var parameters = plan["parameters"]!;
        var classifier = (4 * 4) + 4; // of rotations
        Assert.AreEqual((int)parameters["backbone"]! + classifier, (int)parameters["all"]!);
        Assert.AreEqual((int)parameters["all"]!, (int)parameters["trained"]!);

        // 3 × 3 convolutions of crops of 20 × 20, once from one channel and twice from four: of each image four turns are encoded.
        var convolutions = 2 * 20 * 20 * 9 * 4 * (1 + 4 + 4);
        Assert.AreEqual(4 * (convolutions + (2 * 4 * 4)), (double)plan["calibration"]!["forwardFlopsPerImage"]!, 1);
        Assert.AreEqual(3 * (double)plan["calibration"]!["forwardFlopsPerImage"]!, (double)plan["calibration"]!["flopsPerImage"]!, 1);
        Assert.IsGreaterThan(1e6, (double)plan["calibration"]!["peakMemoryBytes"]!);
        Assert.IsGreaterThan(4 * (double)parameters["all"]!, (double)plan["calibration"]!["checkpointBytes"]!);
        Assert.IsGreaterThan(45 * 0.9 * (double)plan["calibration"]!["secondsPerStep"]!, (double)plan["calibration"]!["trainingSeconds"]!);
        Assert.AreEqual(2 * 3.0 / 4 * 4 * (double)parameters["trained"]!, (double)plan["exchange"]!["bytesPerStep"]!, 1);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Plan_ARunOfFewSteps_IsMeasured(int steps)
    {
        var plan = Plan("quickstart.json", [.. Tiny, "--set", $"data.take={32 * steps}", "--set", "training.epochs=1"]);
        Assert.AreEqual(steps, (int)plan["steps"]!);
        Assert.IsTrue((double)plan["calibration"]!["secondsPerStep"]! is > 0 and < 60);
    }

    [TestMethod]
    [DataRow("of 64 images are left out of every epoch", "data.take=64", "training.batchSize=48")]
    [DataRow("The warm-up of 5 epochs is as long as the training", "schedule.warmupEpochs=5")]
    [DataRow("Batch norm takes its statistics from 2 images at a time", "training.batchSize=2")]
    public void Plan_WhatWillNotGoWell_IsSaid(string sentence, params string[] settings) =>
        AssertWarns(sentence, Plan("quickstart.json", ["--no-calibration", .. Tiny, .. settings.SelectMany(setting => new[] { "--set", setting })]));

    [TestMethod]
    public void Plan_Piped_IsALineForEachFactWithoutTrailingSpace()
    {
        var lines = SslProgram.Run(["plan", Repository.Experiment("quickstart.json"), "--no-calibration", .. Tiny]).Output.TrimEnd('\n').Split('\n');
        StringAssert.StartsWith(lines[0], "parameters     ");
        Assert.AreEqual("steps          45: 9 an epoch, 32 of 300 images each", lines[1]);
        Assert.HasCount(3, lines);
        Assert.AreEqual(lines[0].TrimEnd(), lines[0]);
    }

    [TestMethod]
    public void Plan_ABatchThatProcessesCannotShare_IsSaid() =>
        AssertWarns("4 processes cannot share a batch of 30", Plan("quickstart.json", ["--no-calibration", "--ranks", "4", .. Tiny, "--set", "training.batchSize=30"]));

    [TestMethod]
    public void Plan_AQueueLongerThanTheData_IsSaid()
    {
        var plan = Plan("moco-v1-fashion-mnist.json", ["--no-calibration", "--set", "data.take=1000"]);
        AssertWarns("an image meets its own older keys in it", plan);
    }

    [TestMethod]
    public void Plan_AnEvaluation_TellsWhatItsFeaturesTake()
    {
        var plan = Plan("quickstart.json", ["--no-calibration", .. Tiny, "--set", "evaluation.featureMegabytes=3"]);
        var features = plan["features"]!;
        Assert.AreEqual(3 << 20, (long)features["limitBytes"]!);
        Assert.IsGreaterThan((int)plan["images"]!, (int)features["images"]!);
        Assert.AreEqual(0, (long)features["bytes"]! % ((long)features["images"]! * sizeof(float)));
    }

    [TestMethod]
    public void Plan_ABatchLargerThanTheData_IsRefused()
    {
        var (code, _, errors) = SslProgram.Run("plan", Repository.Experiment("quickstart.json"), "--set", "data.take=10");
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, "fewer than a batch of 128");
    }

    [TestMethod]
    public void FlopCounter_ATransformer_CountsMatricesAndAttention()
    {
        using var scope = NewDisposeScope();
        var backbone = new VisionTransformer(new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 2, Heads = 2 }, new DataInfo(8, 1));
        using var flops = new FlopCounter(backbone);
        _ = backbone.Forward(zeros(3, 1, 8, 8));
        var (tokens, block) = (5, 2 * 12 * 16 * 16); // 4 patches and the class token; 12 D² weights a block
        Assert.AreEqual(3 * ((2 * tokens * (block + (4 * tokens * 16))) + (2 * 4 * 16 * 16)), flops.Forward);
        Assert.AreEqual(3 * flops.Forward, flops.Total);
        using (no_grad())
        {
            _ = backbone.Forward(zeros(3, 1, 8, 8));
        }

        Assert.AreEqual(2 * flops.Forward, flops.Total, "without a gradient it is the forward pass alone");

        backbone.eval();
        using var ofEvaluation = new FlopCounter(backbone) { OfEvaluation = true };
        var before = flops.Forward;
        _ = backbone.Forward(zeros(3, 1, 8, 8));
        Assert.AreEqual(before, 2 * ofEvaluation.Forward, "of one pass instead of two, and nothing more of training");
    }

    private static void AssertWarns(string sentence, JsonNode plan)
    {
        Assert.IsNull(plan["calibration"]);
        Assert.IsTrue(plan["warnings"]!.AsArray().Any(warning => ((string)warning!).Contains(sentence, StringComparison.Ordinal)), plan["warnings"]!.ToJsonString());
    }

    private static JsonNode Plan(string experiment, string[] arguments)
    {
        var (code, output, errors) = SslProgram.Run(["plan", Repository.Experiment(experiment), "--json", .. arguments]);
        Assert.AreEqual(0, code, errors);
        return JsonNode.Parse(output)!;
    }
}
