using System.Text.Json.Nodes;
using SslFramework.Tests.Host.Commands;
using SslFramework.Tests.Host.Runs;

namespace SslFramework.Tests.Host.Evaluation;

[TestClass]
public class EvaluationReportTests
{
    private static readonly string[] Tiny =
    [
        "--set", "data.take=64", "--set", "evaluation.test.skip=9950", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]",
        "--set", "training.batchSize=32", "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32",
    ];

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-reports").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Results_OfARun_CarryIntervalProtocolAndWeights()
    {
        var report = Report("a");
        var results = report["results"]!.AsArray();
        foreach (var result in results)
        {
            var protocol = report["protocols"]![(string)result!["protocol"]!]!;
            Assert.AreEqual((string?)result["evaluator"], (string?)protocol["evaluator"]);
            Assert.AreEqual(16, ((string)result["backbone"]!).Length);
        }

        var knn = results.First(r => (string?)r!["evaluator"] == "knn" && (string?)r["metric"] == "top-1 (k=20)")!;
        var (value, interval) = ((double)knn["value"]!, knn["interval"]!.AsArray().Select(end => (double)end!).ToArray());
        Assert.IsTrue(interval[0] < value && value < interval[1]);
        var how = report["protocols"]![(string)knn["protocol"]!]!;
        Assert.AreEqual((50, 64, 0), ((int)how["test"]!["images"]!, (int)how["train"]!["images"]!, (int)how["overlap"]!));
        Assert.AreEqual(0.07, (double)how["options"]!["temperature"]![0]!);
        Assert.IsNotNull(how["versions"]!["torchSharp"]);
        Assert.AreEqual(3, results.Select(r => (string)r!["backbone"]!).Distinct().Count(), "trained, random and pixels differ");
    }

    [TestMethod]
    public void Protocol_SameWayOfMeasuring_IsTheSameForOtherWeights_AndOnlyThen()
    {
        var (first, otherSeed) = (KnnProtocol(Report("a")), KnnProtocol(Report("b", "seed=2")));
        Assert.AreEqual(first, otherSeed);
        Assert.AreNotEqual(first, KnnProtocol(Report("c", "evaluation.test.skip=9960")), "other test images");
        Assert.AreNotEqual(first, KnnProtocol(Report("d", "data.take=96")), "other train images");
        Assert.AreNotEqual(first, KnnProtocol(Report("e", "evaluation.evaluators.1.temperature=[0.1]")), "other options");
        Assert.AreNotEqual(first, KnnProtocol(Report("f", "evaluation.transform.views.0.steps.0.mean=[0.3]")), "another transform");
    }

    [TestMethod]
    public void Overlap_OfTrainAndTest_IsToldWithTheCount()
    {
        var (code, _, errors) = Train("a", "evaluation.test.skip=32", "evaluation.test.take=40");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "32 of the 40 test images are train images as well");
        Assert.AreEqual(32, (int)Read("a")["protocols"]!.AsObject().First().Value!["overlap"]!);
    }

    [TestMethod]
    public void Transfers_StandBesideTheEvaluation_UnderTheirNamesAndProtocols()
    {
        var report = Report("a", $"transfers=[{Transfer("patch-knn")}]");
        var results = report["results"]!.AsArray();
        var own = results.Where(result => ((string)result!["evaluator"]!).StartsWith("scenes: ", StringComparison.Ordinal)).ToArray();
        Assert.HasCount(3 * 4, own.Where(result => (string?)result!["kind"] != "detail"), "of three subjects, four metrics each");
        Assert.AreEqual("linear-probe", (string?)results[0]!["evaluator"], "the evaluation's own come first");
        var protocol = report["protocols"]![(string)own[0]!["protocol"]!]!;
        Assert.AreEqual(("patch-knn", "scenes", 6), ((string)protocol["evaluator"]!, (string)protocol["train"]!["source"]!, (int)protocol["train"]!["images"]!));
        Assert.AreEqual(3, results.Select(r => (string)r!["backbone"]!).Distinct().Count(), "the same three subjects as in the evaluation");

        // What it found is drawn, and in the report.
        var figures = report["figures"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "trained", "random-init", "raw-pixels" }, figures.Select(figure => (string)figure!["subject"]!).ToArray());
        Assert.AreEqual("01-scenes--patch-knn-trained.png", (string?)figures[0]!["file"]);
        Assert.IsTrue(figures.All(figure => File.Exists(Path.Combine(runs, "a", "evaluation-figures", (string)figure!["file"]!))));
        Assert.AreEqual(3, Pictures());
        figures[0]!["file"] = $"../../{(string)figures[0]!["file"]!}"; // leads nowhere else
        figures[1]!["file"] = "../evaluation.json";
        figures[2]!["backbone"] = "of other weights";
        report["charts"] = new JsonArray([.. figures.Select(figure => Curve(figure!))]);
        File.WriteAllText(Path.Combine(runs, "a", "evaluation.json"), report.ToJsonString());
        Assert.AreEqual(1, Pictures());

        // Curves of two subjects are one chart.
        var page = File.ReadAllText(Path.Combine(runs, "report.html"));
        var charts = page[page.IndexOf("<h2>Curves that evaluators measured", StringComparison.Ordinal)..];
        charts = charts[..charts.IndexOf("</figure>", StringComparison.Ordinal)];
        StringAssert.Contains(charts, "<figcaption>scenes: patch-knn: precision &lt;i&gt;</figcaption>");
        StringAssert.Contains(charts, "trained, 0.5");
        StringAssert.Contains(charts, "random-init, 0.5");
        Assert.DoesNotContain("raw-pixels", charts, "those of other weights");
        Assert.HasCount(3, charts.Split("dashed"), "the line of the baseline, and its key");

        // ssl evaluate measures all of it again.
        File.Delete(Path.Combine(runs, "a", "evaluation.json"));
        var (code, _, errors) = SslProgram.Run("evaluate", Path.Combine(runs, "a"));
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(report["results"]!.ToJsonString(), Read("a")["results"]!.ToJsonString());
    }

    [TestMethod]
    public void Evaluator_OfWhatTheImagesHaveNot_IsRefusedBeforeTheFirstStep()
    {
        var (code, _, errors) = Train("a", "evaluation.evaluators=[\"patch-knn\"]");
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, "The evaluator 'patch-knn' needs maps, but the data source 'idx' has none; use 'voc', 'cityscapes', 'ade20k', 'maskFolder' or 'scenes'.");
        (code, _, errors) = Train("b", $"transfers=[{Transfer("knn")}]");
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, "\"transfers[0].train\": Evaluation needs labels");
        Assert.IsFalse(Directory.Exists(Path.Combine(runs, "b", "checkpoints")));
    }

    /// <summary>A folder's images stand class by class: the first ones would be of one class.</summary>
    [TestMethod]
    public void RescaledRandom_OfMoreImagesThanItLooksAt_LooksAtSomeOfAll()
    {
        Assert.AreNotEqual(Rescaled("a", 128), Rescaled("b", 256), "the first 128 are the same");

        string Rescaled(string name, int images) => (string)Report(name, $"data.take={images}", "evaluation.furtherBaselines=[\"rescaledRandom\"]", "evaluation.evaluators=[\"knn\"]")
            ["results"]!.AsArray().First(result => (string?)result!["subject"] == "rescaled-random")!["backbone"]!;
    }

    /// <summary>A million photographs take most of an hour, at each start with a monitor, each evaluation and each export.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void TrainAndExport_OfManyImages_KeepWhatTheyHaveSeenOfThem()
    {
        using var cache = new TemporaryFolder();
        string[] settings = ["name=many", "data.take=2000", "evaluation.test.skip=8000", "training.batchSize=500", "evaluation.baselines=false", """evaluation.evaluators=["knn"]"""];
        Apart(["train", Repository.Experiment("simclr-fashion-mnist.json"), "--runs", runs, "--no-report", .. Tiny, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.HasCount(2, Directory.GetFiles(cache.Root, "content-*"), "to learn from, and to measure on");

        Array.ForEach(Directory.GetFiles(cache.Root, "content-*"), File.Delete);
        File.Delete(Path.Combine(runs, "many", "evaluation.json"));
        Apart(["export", Path.Combine(runs, "many"), "--output", Path.Combine(runs, "export"), "--no-onnx"]);
        Assert.HasCount(1, Directory.GetFiles(cache.Root, "content-*"), "what the card says it has learned from");

        void Apart(string[] command)
        {
            using var process = new SmallProcess("/usr/bin/env", [$"SSL_CACHE={cache.Root}", SmallProcess.Ssl, .. command]);
            var (code, errors) = process.End();
            Assert.AreEqual(0, code, errors);
        }
    }

    /// <summary>What is measured besides is not lost with it.</summary>
    [TestMethod]
    public void Supervised_ThatDiverges_IsLeftOutWithAWarning()
    {
        using var small = new SmallExperiment();
        Assert.AreEqual(0, small.Train().ExitCode);
        var experiment = small.Read("experiment.json");
        experiment["schedule"]!["learningRate"] = 1000;
        experiment["optimizer"]!["weightDecay"] = 1; // each step multiplies the weights by −999
        experiment["training"]!["epochs"] = 20;
        File.WriteAllText(small.In("experiment.json"), experiment.ToJsonString());

        var (code, _, errors) = SslProgram.Run("evaluate", small.Run, "--set", "furtherBaselines=[\"supervised\", \"rescaledRandom\"]");
        Assert.AreEqual(0, code, errors);
        StringAssert.Matches(errors, new("warning: The baseline \"supervised\" is left out, because its training diverged: The (loss|gradient) of step \\d+ "));
        var subjects = small.Read("evaluation-changed.json")["results"]!.AsArray().Select(result => (string)result!["subject"]!).Distinct();
        CollectionAssert.AreEqual(new[] { "trained", "rescaled-random" }, subjects.ToArray());
    }

    private static string KnnProtocol(JsonNode report) =>
        (string)report["results"]!.AsArray().First(r => (string?)r!["evaluator"] == "knn")!["protocol"]!;

    private static string Transfer(string evaluator)
    {
        var folder = Path.Combine(Repository.Root, "host", "data", "fashion-mnist").Replace('\\', '/');
        var items = $$"""{ "name": "idx", "images": "{{folder}}/t10k-images-idx3-ubyte.gz", "labels": "{{folder}}/t10k-labels-idx1-ubyte.gz" }""";
        string Scenes(int first) => $$"""{ "name": "scenes", "items": {{items}}, "count": 6, "size": 32, "first": {{first}} }""";
        return $$"""
            { "name": "scenes", "train": {{Scenes(0)}}, "test": {{Scenes(100)}}, "evaluators": ["{{evaluator}}"],
            "transform": { "name": "recipe", "views": [{ "steps": [{ "name": "normalize", "mean": [0.3], "std": [0.3] }] }] } }
            """.ReplaceLineEndings("");
    }

    /// <summary>How many pictures of evaluators a report has.</summary>
    private static JsonObject Curve(JsonNode figure) => new JsonObject
    {
        ["evaluator"] = (string?)figure["evaluator"],
        ["subject"] = (string?)figure["subject"],
        ["title"] = "precision <i>",
        ["across"] = "recall",
        ["lines"] = JsonNode.Parse("[{\"name\":\"0.5\",\"points\":[[0,1],[1,0.5]]}]"),
        ["backbone"] = (string?)figure["backbone"],
    };

    private int Pictures()
    {
        var page = Path.Combine(runs, "report.html");
        Assert.AreEqual(0, SslProgram.Run("report", Path.Combine(runs, "a"), "--output", page, "--force").ExitCode);
        return File.ReadAllText(page).Split("<figcaption>scenes: patch-knn, ").Length - 1;
    }

    private JsonNode Report(string name, params string[] settings)
    {
        var (code, _, errors) = Train(name, settings);
        Assert.AreEqual(0, code, errors);
        return Read(name);
    }

    private JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(runs, name, "evaluation.json")))!;

    private (int ExitCode, string Output, string Errors) Train(string name, params string[] settings) => SslProgram.Run(
    [
        "train", Repository.Experiment("simclr-fashion-mnist.json"), "--runs", runs, .. Tiny, "--set", $"name={name}",
        "--set", "evaluation.evaluators.0.epochs=1", .. settings.SelectMany(setting => new[] { "--set", setting }),
    ]);
}
