using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using TorchSharp;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
internal sealed class SweepCommandTests
{
    private const string Tiny =
        """
        "data.take": 64, "evaluation.test.skip": 9950, "backbone.width": 4, "backbone.blocksPerStage": [1], "training.batchSize": 32, "training.epochs": 1,
        "threads": 1, "precision": "fp32", "evaluation.baselines": false, "evaluation.evaluators": ["knn"]
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-sweep").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Sweep_AGridWithSeeds_GivesMeansWithIntervalsTablesAndAPlot()
    {
        var (code, output, errors) = Sweep("""  "grid": { "objective.temperature": [0.1, 0.5] }, "seeds": [1, 2]  """, "--json");
        Assert.AreEqual(0, code, errors);
        var report = JsonNode.Parse(output)!;
        CollectionAssert.AreEqual(
            new[] { "temperature-0.1_seed-1", "temperature-0.5_seed-1", "temperature-0.1_seed-2", "temperature-0.5_seed-2" },
            report["points"]!.AsArray().Select(point => (string)point!["run"]!).ToArray());
        foreach (var row in report["tables"]![0]!["rows"]!.AsArray())
        {
            var cell = row!["cells"]![1]!;
            var temperature = ((string)row["name"]!).Split(' ')[1];
            var seeds = new[] { 1, 2 }.Select(seed => Knn($"temperature-{temperature}_seed-{seed}")).ToArray();
            Assert.AreEqual(seeds.Average(), (double)cell["value"]!, 1e-9);

            // Two values: t with one degree of freedom times half their distance.
            Assert.AreEqual(12.706 * Math.Abs(seeds[0] - seeds[1]) / 2, (double)cell["interval"]![1]! - seeds.Average(), 1e-6);
        }

        CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, File.ReadAllBytes(In("results.png"))[..4]);
        StringAssert.Contains(File.ReadAllText(In("results.md")), "The paper: it is best at 0.1");
        Assert.HasCount(3, File.ReadAllLines(In("results.csv")));
    }

    [TestMethod]
    public void Validate_AStudy_CountsItsPoints()
    {
        var study = Repository.Experiment("studies/mae-mask-ratio.json");
        var (code, output, errors) = SslProgram.Run("validate", study);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "is a valid sweep of 7 points, from maskRatio-0.1 to maskRatio-0.95");

        (code, _, errors) = SslProgram.Run("validate", study, "--set", "objective.maskRation=1");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "did you mean \"maskRatio\"?");
    }

    /// <summary>A sweep is looked at as an experiment is, once for all points that share images, evaluation and monitor.</summary>
    [TestMethod]
    [DataRow(
        """
        "grid": { "objective.temperature": [0.1, 0.5], "test": {
          "a": { "evaluation.test": { "name": "imageFolder", "path": "/nowhere" } }, "b": { "evaluation.test": { "name": "imageFolder", "path": "/neither" } } } }
        """,
        "temperature-0.1_test-a: \"evaluation.test\": The folder of images '/nowhere' does not exist",
        "temperature-0.1_test-b: \"evaluation.test\": The folder of images '/neither' does not exist")]
    [DataRow(
        """ "grid": { "augmentation.views.0.count": [1, 2] } """, "count-1: The objective takes 2 views")]
    public void Validate_ASweepThatNeedsWhatIsNotThere_TellsItOnceBeforeAnythingRuns(string points, params string[] mistakes)
    {
        var (code, _, errors) = SslProgram.Run("validate", Write(points));
        Assert.AreNotEqual(0, code);
        foreach (var mistake in mistakes)
        {
            StringAssert.Contains(errors, $"error: {mistake}");
        }

        Assert.HasCount(mistakes.Length, errors.Split("error: ")[1..]);
    }

    [TestMethod]
    public void Sweep_StartedAgain_SkipsWhatIsDoneAndGoesOnWithTheRest()
    {
        const string Points = """  "grid": { "objective.temperature": [0.1, 0.5] }  """;
        var (_, _, stopped) = Sweep(Points, "--steps", "1");
        StringAssert.Contains(stopped, "0 of 2 points are done");
        var (code, _, resumed) = Sweep(Points);
        Assert.AreEqual(0, code, resumed);
        StringAssert.Contains(resumed, "Going on from step 1.");
        var written = File.GetLastWriteTimeUtc(In("temperature-0.1", "run.json"));

        var (again, _, errors) = Sweep(Points);
        Assert.AreEqual(0, again, errors);
        StringAssert.Contains(errors, "2 of 2 points are done");
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(In("temperature-0.1", "run.json")));
    }

    [TestMethod]
    public void Sweep_PointsDoneByAVersionWithFewerOptions_AreSkipped()
    {
        const string Points = """  "grid": { "objective.temperature": [0.1] }  """;
        Sweep(Points);
        var file = In("temperature-0.1", "experiment.json");
        var stored = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        stored["training"]!.AsObject().Remove("accumulation");
        File.WriteAllText(file, stored.ToJsonString());
        var written = File.GetLastWriteTimeUtc(In("temperature-0.1", "run.json"));

        var (code, _, errors) = Sweep(Points);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "1 of 1 points are done");
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(In("temperature-0.1", "run.json")));
    }

    [TestMethod]
    public void Sweep_APointThatFails_IsRecordedAndTheOthersGoOn()
    {
        var (code, output, errors) = Sweep(
            """  "list": [ { "at": { "views": 1 }, "set": { "augmentation.views.0.count": 1 } }, { "at": { "views": 2 } } ]  """, "--json");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "1 of 2 points are done");
        var points = JsonNode.Parse(output)!["points"]!;
        Assert.AreEqual("failed", (string?)points[0]!["status"]);
        StringAssert.Contains((string)points[0]!["reason"]!, "takes 2 views");
        Assert.AreEqual("completed", (string?)points[1]!["status"]);
    }

    [TestMethod]
    public void Sweep_AllMistakes_AreToldAtOnceBeforeAnythingRuns()
    {
        var (code, _, errors) = Sweep(
            """
            "grid": { "objective.temperature": [1, 2], "size": { "same": {}, "large": { "backbone.width": -4 }, "typo": { "objective.temperatur": 1 } } }, "exclude": [ { "size": "huge" } ], "table": { "columns": "sise", "measure": "probe" }
            """);
        Assert.AreEqual((int)ExitCode.Config, code);
        foreach (var mistake in new[] { "did you mean \"temperature\"", "\"backbone.width\" is -4", "leaves out size huge", "did you mean \"size\"", "begins with the evaluator \"probe\"" })
        {
            StringAssert.Contains(errors, mistake);
        }

        Assert.AreEqual(1, errors.Split("did you mean \"temperature\"").Length - 1, "one mistake, however many points have it");
        Assert.IsFalse(Directory.Exists(In()));
    }

    [TestMethod]
    [DataRow(""" "seeds": [-5] """, "\"seed\" is -5, but must be at least 0")]
    [DataRow(""" "grid": { "seed": [1, 2] }, "seeds": [3, 4] """, "\"seeds\" gives each point its seed, and \"seed\" is set besides")]
    [DataRow(""" "grid": { "data.take": [32, 64] }, "list": [ { "at": { "n": 1 }, "set": { "seed": 1 } } ], "seeds": [3, 4] """, "\"seed\" is set besides")]
    [DataRow(""" "grid": { "size": { "a": { "backbone.width": 4 } }, "backbone.width": [4, 8] } """, "two axes set \"backbone.width\"")]
    [DataRow(""" "grid": { "大": ["小"] } """, "the values of \"大\" have no letter or digit")]
    [DataRow(""" "grid": { "size": { "大": {}, "小": { "backbone.width": 8 } } } """, "2 points are called \"size\"")]
    [DataRow(""" "description": "nothing" """, "has no point")]
    public void Validate_APointThatCannotBe_IsAMistakeBeforeAnythingRuns(string points, string mistake)
    {
        var file = Path.Combine(folder, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "experiment": "{{Repository.Experiment("simclr-fashion-mnist.json")}}", {{points}} }""");
        var (code, _, errors) = SslProgram.Run("validate", file);
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, mistake);
        Assert.AreEqual(1, errors.TrimEnd().Split('\n').Length, errors);
    }

    [TestMethod]
    public void Validate_AGridBeyondAllMeasure_IsCountedAndNotExpanded()
    {
        var axes = string.Join(", ", Enumerable.Range(0, 9).Select(axis => $"\"a{axis}\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"));
        var file = Path.Combine(folder, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "experiment": "x.json", "grid": { {{axes}} } }""");
        var (code, _, errors) = SslProgram.Run("validate", file);
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "has 1,000,000,000 points, each of which is a training; a sweep has at most 10,000");
    }

    [TestMethod]
    public void Plan_AnEmptyValue_HasANameAndALabel()
    {
        var file = Path.Combine(folder, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "experiment": "{{Repository.Experiment("simclr-fashion-mnist.json")}}", "grid": { "description": ["", "x"] } }""");
        var points = SweepPlan.Read(file, [], Installation.Load([Repository.Plugins]).Components).Points;
        CollectionAssert.AreEqual(new[] { ("description", "description \"\""), ("x", "x") }, points.Select(point => (point.Experiment.Name, point.Label)).ToArray());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(10, ExitCode.Stopped)] // SIGUSR1, as a scheduler sends it when time is nearly up
    [DataRow(15, ExitCode.Terminated)]
    public void Sweep_AskedToStop_SavesThePointAndBeginsNoOther(int signal, ExitCode expected)
    {
        var file = Path.Combine(folder, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "experiment": "{{SmallRuns.Write("quickstart", folder)}}", "set": { "training.epochs": 100000 }, "grid": { "seed": [1, 2] } }""");
        using var process = new SmallProcess(SmallProcess.Ssl, (IEnumerable<string>)["sweep", file, "--runs", folder]);
        process.WaitForTraining();
        process.Signal(signal);
        var (code, errors) = process.End();
        Assert.AreEqual((int)expected, code, errors);
        Assert.DoesNotContain("[2/2]", errors);
        StringAssert.Contains(errors, "0 of 2 points are done");
        Assert.AreEqual("interrupted", (string?)JsonNode.Parse(File.ReadAllText(In("seed-1", "run.json")))!["status"]);
        Assert.IsTrue(File.Exists(In("results.json")));
    }

    [TestMethod]
    public void Sweep_TwoAxes_AreAMapWithTheExcludedLeftEmpty()
    {
        var (code, output, errors) = Sweep(
            """
            "grid": { "first": { "a": { "objective.temperature": 0.1 }, "b": { "objective.temperature": 1 } }, "second": { "a": { "seed": 3 }, "b": { "seed": 4 } } },
            "exclude": [ { "first": "a", "second": "a" } ], "table": { "columns": "second" }
            """,
            "--json");
        Assert.AreEqual(0, code, errors);
        var map = JsonNode.Parse(output)!["tables"]![1]!;
        CollectionAssert.AreEqual(new[] { "a", "b" }, map["columns"]!.AsArray().Select(column => (string)column!).ToArray());
        Assert.IsNull(map["rows"]![0]!["cells"]![0]);
        Assert.AreEqual(Knn("first-b_second-a"), (double)map["rows"]![1]!["cells"]![0]!["value"]!);
    }

    [TestMethod]
    public void Sweep_MorePoints_LeaveNoTensorsBehind()
    {
        Sweep("""  "grid": { "seed": [1, 2] }  """); // whatever is made once
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Sweep("""  "grid": { "seed": [3, 4] }  """);
        var few = DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Sweep("""  "grid": { "seed": [5, 6, 7, 8] }  """);
        Assert.IsLessThanOrEqualTo(Math.Max(0, few), DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
    }

    [TestMethod]
    public void Sweep_AnExperimentOrAFolder_SaysWhatBelongsThere()
    {
        var experiment = Repository.Experiment("quickstart.json");
        var (code, _, errors) = SslProgram.Run("sweep", experiment);
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.StartsWith(errors, $"error: {experiment}: this is an experiment and no sweep: 'ssl train {experiment}' takes it; name a sweep file, such as");
        StringAssert.StartsWith(SslProgram.Run("sweep", folder).Errors, $"error: \"{folder}\" is a folder; name a sweep file, such as");
    }

    private string In(params string[] path) => Path.Combine([folder, "trial", .. path]);

    private double Knn(string run) =>
        (double)JsonNode.Parse(File.ReadAllText(In(run, "evaluation.json")))!["results"]!.AsArray().First(r => (string?)r!["metric"] == "top-1 (k=20)")!["value"]!;

    private (int ExitCode, string Output, string Errors) Sweep(string points, params string[] more) =>
        SslProgram.Run(["sweep", Write(points), "--runs", folder, .. more]);

    private string Write(string points)
    {
        var file = Path.Combine(folder, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "paper": "it is best at 0.1", "experiment": "{{Repository.Experiment("simclr-fashion-mnist.json")}}", "set": { {{Tiny}} }, {{points}} }""");
        return file;
    }
}
