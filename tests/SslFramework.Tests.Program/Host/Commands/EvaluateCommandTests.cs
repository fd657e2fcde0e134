using System.Text.Json.Nodes;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Host.Machine;
using TorchSharp;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class EvaluateCommandTests
{
    private static readonly string[] Few =
    [
        "--set", "train.take=96", "--set", "test.skip=9950", "--set", "threads=1", "--set", "loaderThreads=0",
    ];

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-evaluate").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Evaluate_ARunWithItsOwnProtocol_GivesTheNumbersOfTraining()
    {
        var (code, _, errors) = SslProgram.Run(
            "train", Repository.Experiment("simclr-fashion-mnist.json"), "--runs", runs, "--set", "name=run", "--set", "data.take=96",
            "--set", "evaluation.test.skip=9950", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32",
            "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32", "--set", "evaluation.evaluators=[\"knn\"]");
        Assert.AreEqual(0, code, errors);

        (code, _, errors) = Evaluate("run", "protocols.json", "evaluators=[\"knn\"]", "furtherBaselines=[\"supervised\", \"rescaledRandom\"]", "name=again");
        Assert.AreEqual(0, code, errors);

        var (first, again) = (Results("run/evaluation.json"), Results("run/evaluation-again.json"));
        CollectionAssert.AreEqual(
            first.Select(r => r!.ToJsonString()).ToArray(),
            again.Where(r => (string?)r!["subject"] is not ("supervised" or "rescaled-random")).Select(r => r!.ToJsonString()).ToArray(),
            "the same protocol, weights and numbers, baselines included");
        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(runs, "run", "evaluation.json")));
        File.Delete(Path.Combine(runs, "run", "evaluation.json"));
        Assert.AreEqual(0, SslProgram.Run("evaluate", Path.Combine(runs, "run")).ExitCode);
        Assert.IsTrue(JsonNode.DeepEquals(written, JsonNode.Parse(File.ReadAllText(Path.Combine(runs, "run", "evaluation.json")))), "without a file, what training ends with");
        Assert.AreEqual(0, SslProgram.Run("evaluate", Path.Combine(runs, "run"), "--set", "baselines=false").ExitCode);
        Assert.AreEqual(first[0]!.ToJsonString(), Results("run/evaluation-changed.json")[0]!.ToJsonString());

        var checkpoint = Directory.GetDirectories(Path.Combine(runs, "run", "checkpoints"), "step-*").Max()!;
        foreach (var target in new[] { checkpoint, Path.Combine(runs, "run", "backbone.safetensors") })
        {
            (code, _, errors) = Evaluate(target, "protocols.json", "evaluators=[\"knn\"]", "baselines=false", "name=other");
            Assert.AreEqual(0, code, errors);
        }

        Assert.IsEmpty(Directory.GetFiles(checkpoint, "evaluation*"), "a checkpoint is deleted some day");
        foreach (var file in new[] { $"run/{Path.GetFileName(checkpoint)}-evaluation-other.json", "run/evaluation-other.json" })
        {
            Assert.AreEqual(first[0]!.ToJsonString(), Results(file)[0]!.ToJsonString(), "the same weights, by another name");
        }

        Assert.IsEmpty(Directory.GetFiles(checkpoint, "evaluation*"), "a checkpoint is deleted in time, and results with it");
        Assert.HasCount(5, again.Select(r => (string)r!["backbone"]!).Distinct().ToArray());
    }

    [TestMethod]
    public void Evaluate_ShippedFiles_WorkOnWeightsWithAClassifier()
    {
        var weights = Path.Combine(runs, "resnet.safetensors");
        using (var backbone = new SslFramework.Core.Backbones.Residual.ResNet18(new() { Width = 4, BlocksPerStage = [1, 1], Stem = SslFramework.Core.Backbones.Residual.ResNetStem.Small }, new DataInfo(1, 1)))
        using (var classifier = torch.ones(10, 8))
        {
            SafeTensors.Write(weights, StateDict.Of(backbone).Append(new("fc.weight", classifier)).ToDictionary());
        }

        const string Network = """backbone={ "name": "resnet18", "stem": "small", "width": 4, "blocksPerStage": [1, 1] }""";
        var (code, _, errors) = Evaluate("resnet.safetensors", "protocols.json", Network, "evaluators.0.k=[1, 20]", "evaluators.2.epochs=1", "evaluators.3.perClass=2");
        Assert.AreEqual(0, code, errors);
        var names = Results("evaluation-protocols.json").Select(r => (string)r!["evaluator"]!).Distinct().ToArray();
        CollectionAssert.AreEqual(new[] { "knn", "retrieval", "linear-probe", "low-shot", "diagnostics" }, names);

        (code, _, errors) = Evaluate("resnet.safetensors", "fine-tune.json", Network, "evaluators.0.epochs=1");
        Assert.AreEqual(0, code, errors);
        CollectionAssert.AreEqual(
            new[] { "trained", "random-init" }, Results("evaluation-fine-tune.json").Select(r => (string)r!["subject"]!).Distinct().ToArray());
    }

    [TestMethod]
    public void Evaluate_TransformerOfOtherImages_SaysWhichSizeAndThenInterpolatesItsPositions()
    {
        var options = new SslFramework.Core.Backbones.Transformers.VisionTransformerOptions
        {
            ImageSize = 16,
            PatchSize = 4,
            Dimension = 16,
            Depth = 1,
            Heads = 2,
            RegisterTokens = 3,
        };
        using (var backbone = new SslFramework.Core.Backbones.Transformers.VisionTransformer(options, new DataInfo(1, 1)))
        {
            SafeTensors.Write(Path.Combine(runs, "vit.safetensors"), StateDict.Of(backbone));
        }

        var (code, _, errors) = Evaluate("vit.safetensors", "protocols.json", Network(28), "evaluators=[\"diagnostics\"]");
        Assert.AreEqual((int)ExitCode.Checkpoint, code, errors);
        StringAssert.Contains(errors, "has positions for images of 16 × 16, but the network is built for 28 × 28; set \"imageSize\" in the backbone to 16");

        (code, _, errors) = Evaluate("vit.safetensors", "protocols.json", Network(16), "evaluators=[\"diagnostics\"]"); // images of 28 × 28
        Assert.AreEqual(0, code, errors);

        static string Network(int side) =>
            $$"""backbone={ "name": "vit", "imageSize": {{side}}, "patchSize": 4, "dimension": 16, "depth": 1, "heads": 2, "registerTokens": 3 }""";
    }

    [TestMethod]
    public void Evaluate_WeightsOfTwoBackbones_NamesTheOther()
    {
        using (var backbone = new SslFramework.Core.Backbones.Residual.ResNet18(
            new() { Width = 4, BlocksPerStage = [1, 1], Stem = SslFramework.Core.Backbones.Residual.ResNetStem.Small }, new DataInfo(1, 1)))
        {
            var state = StateDict.Of(backbone);
            var teacher = state.Select(pair => KeyValuePair.Create("teacher.backbone." + pair.Key, pair.Value));
            var student = state.Select(pair => KeyValuePair.Create("student.module.backbone." + pair.Key, pair.Value));
            SafeTensors.Write(Path.Combine(runs, "dino.safetensors"), teacher.Concat(student).ToDictionary());
        }

        const string Network = """backbone={ "name": "resnet18", "stem": "small", "width": 4, "blocksPerStage": [1, 1] }""";
        var (code, _, errors) = Evaluate("dino.safetensors", "protocols.json", Network, "evaluators=[\"diagnostics\"]");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "behind 'student.module.backbone.' there is another, which 'ssl import --prefix' takes.");
    }

    [TestMethod]
    public void Evaluate_ACollapsedNetwork_IsAResultThatEveryCommandReads()
    {
        var weights = Path.Combine(runs, "backbone.safetensors");
        using (torch.no_grad())
        using (var backbone = new SslFramework.Core.Backbones.Residual.ResNet18(new() { Width = 16, BlocksPerStage = [1], Stem = SslFramework.Core.Backbones.Residual.ResNetStem.Small }, new DataInfo(1, 1)))
        {
            foreach (var values in StateDict.Of(backbone).Values)
            {
                values.zero_();
            }

            SafeTensors.Write(weights, StateDict.Of(backbone));
        }

        const string Network = """backbone={ "name": "resnet18", "stem": "small", "width": 16, "blocksPerStage": [1] }""";
        var (code, output, errors) = Evaluate("backbone.safetensors", "protocols.json", Network, "evaluators=[\"knn\", \"diagnostics\"]", "furtherBaselines=[]", "baselines=false");
        Assert.AreEqual(0, code, errors);
        Assert.Contains("trained, layer features: The features are the same for all images", output.ReplaceLineEndings(" "));
        var rank = Results("evaluation-protocols.json").First(r => (string?)r!["metric"] == "effective rank")!;
        Assert.AreEqual((0.0, "description"), ((double)rank["value"]!, (string?)rank["kind"]));
        Assert.Contains("have collapsed", (string)rank["remark"]!);
    }

    [TestMethod]
    public void Evaluate_WithoutAnythingNeeded_SaysWhat()
    {
        Assert.AreEqual((int)ExitCode.Usage, Evaluate("nothing", "protocols.json").Code);
        StringAssert.Contains(Evaluate("nothing", "protocols.json").Errors, "There is nothing at");

        var weights = Path.Combine(runs, "some.safetensors");
        using (var some = torch.ones(2))
        {
            SafeTensors.Write(weights, new Dictionary<string, torch.Tensor> { ["some"] = some });
        }

        StringAssert.Contains(SslProgram.Run("evaluate", weights).Errors, $"error: No experiment.json beside '{weights}' says how to measure it; name an evaluation file, as in --with ");
        StringAssert.Contains(Evaluate("some.safetensors", "protocols.json").Errors, "name it with --backbone.");
        var wrong = Evaluate("some.safetensors", "protocols.json", "backbone=resnet18");
        Assert.AreEqual((int)ExitCode.Checkpoint, wrong.Code, wrong.Errors);
        StringAssert.Contains(Evaluate("some.safetensors", "protocols.json", "backbone=resnet18", "furtherBaselines=[\"supervized\"]").Errors, "supervised");
    }

    [TestMethod]
    public void Evaluate_WrongArguments_AreSaidBeforeTheWork()
    {
        var protocols = Repository.Experiment("evaluations/protocols.json");
        AssertSays(["--with", runs], "is a folder; name an evaluation file, such as");
        AssertSays(["--with", Repository.Experiment("quickstart.json")], "this is an experiment and no evaluation: 'ssl train ");
        AssertSays(["--with", protocols, "--backbone", "resent18"], "--backbone: there is no backbone \"resent18\"");
        var (first, frist) = (Path.Combine(runs, "first"), Path.Combine(runs, "frist"));
        Directory.CreateDirectory(first);
        StringAssert.Contains(SslProgram.Run("evaluate", frist).Errors, $"There is nothing at '{frist}'; did you mean '{first}'?");
        StringAssert.Contains(SslProgram.Run("evaluate", Repository.Experiment("quickstart.json")).Errors, "quickstart.json' holds no weights; name the folder of a run");
        var weights = Path.Combine(runs, "w.safetensors");
        File.WriteAllText(weights, "");
        StringAssert.Contains(SslProgram.Run("evaluate", weights, "--with", protocols, "--output", Path.Combine(runs, "no", "x.json")).Errors, "there is no folder");
        StringAssert.Contains(SslProgram.Run("evaluate", weights, "--with", protocols, "--output", weights).Errors, $"'{weights}' exists; --force puts the results in its place.");
        StringAssert.Contains(SslProgram.Run("evaluate", runs, "--with", protocols).Errors, "name '" + weights + "', for example");

        void AssertSays(string[] arguments, string sentence) => StringAssert.Contains(SslProgram.Run(["evaluate", runs, .. arguments]).Errors, sentence);
    }

    private (int Code, string Output, string Errors) Evaluate(string target, string file, params string[] settings) => SslProgram.Run(
    [
        "evaluate", Path.Combine(runs, target), "--with", Repository.Experiment(Path.Combine("evaluations", file)), .. Few,
        .. settings.SelectMany(setting => new[] { "--set", setting }),
    ]);

    private JsonNode?[] Results(string file) => [.. JsonNode.Parse(File.ReadAllText(Path.Combine(runs, file)))!["results"]!.AsArray()];
}
