using System.Text.Json.Nodes;
using SslFramework.Core.Weights;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Training;

/// <summary>A training goes on from a file of weights that its experiment names.</summary>
[TestClass]
public class StartWeightsRunTests
{
    private static readonly string[] Tiny =
    [
        "--set", "data.take=32", "--set", "evaluation.test.skip=9900", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]",
        "--set", "training.batchSize=16", "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-start").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Train_FromWeights_StartsThere_SaysWhatWasTaken_AndKeepsTheHash()
    {
        Assert.AreEqual(0, Train("--set", "name=first").ExitCode);
        var weights = Path.Combine(folder, "first", "backbone.safetensors");

        var second = Train("--set", "name=second", "--set", $"backbone.weights={weights}", "--set", "schedule.learningRate=1e-12");

        Assert.AreEqual(0, second.ExitCode, second.Errors);
        StringAssert.Contains(second.Errors, $"The backbone starts from '{weights}', which gives ");
        var status = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "second", "run.json")))!;
        StringAssert.StartsWith((string?)status["environment"]!["start weights backbone.safetensors"], "sha256 ");
        var experiment = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "second", "experiment.json")))!;
        Assert.AreEqual(weights, (string?)experiment["backbone"]!["weights"]);
        using var scope = NewDisposeScope();
        var (before, after) = (SafeTensors.Read(weights).Tensors, SafeTensors.Read(Path.Combine(folder, "second", "backbone.safetensors")).Tensors);
        Assert.IsTrue(before["conv1.weight"].allclose(after["conv1.weight"], 1e-5, 1e-6), "an epoch at hardly any rate");
        Assert.AreEqual(Random("first"), Random("second"), "the same network with random weights, which no file gives");
    }

    [TestMethod]
    public void Evaluate_ARunWhoseStartWeightsAreGone_NeedsThemNoMore()
    {
        Assert.AreEqual(0, Train("--set", "name=first").ExitCode);
        var weights = Path.Combine(folder, "start.safetensors");
        File.Move(Path.Combine(folder, "first", "backbone.safetensors"), weights);
        Assert.AreEqual(0, Train("--set", "name=second", "--set", $"backbone.weights={weights}").ExitCode);
        File.Delete(weights);

        var (code, _, errors) = SslProgram.Run("export", Path.Combine(folder, "second"));

        Assert.AreEqual(0, code, errors);
    }

    [TestMethod]
    [DataRow("no.safetensors", "\"backbone.weights\": ")]
    [DataRow("", "0")]
    public void Validate_WeightsThatAreNotThere_AreRefusedBeforeTheFirstStep(string file, string expected)
    {
        var named = file.Length == 0 ? "" : Path.Combine(folder, file);
        var (code, _, errors) = SslProgram.Run(["validate", Repository.Experiment("quickstart.json"), .. Tiny, "--set", $"backbone.weights={named}"]);
        StringAssert.Contains(errors + code, expected);
    }

    private (int ExitCode, string Output, string Errors) Train(params string[] more) =>
        SslProgram.Run(["train", Repository.Experiment("quickstart.json"), "--runs", folder, "--no-report", .. Tiny, .. more]);

    private string Random(string run) => string.Join(' ', JsonNode.Parse(File.ReadAllText(Path.Combine(folder, run, "evaluation.json")))!["results"]!.AsArray()
        .Where(result => (string?)result!["subject"] == "random-init").Select(result => result!["value"]!.ToJsonString()));
}
