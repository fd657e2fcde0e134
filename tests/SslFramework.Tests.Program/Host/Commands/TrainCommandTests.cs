using System.Text.Json.Nodes;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class TrainCommandTests
{
    /// <summary>A network of two narrow stages on a part of the shipped set: a run takes about a second.</summary>
    private static readonly string[] Tiny =
    [
        "--set", "data.take=256", "--set", "evaluation.test.skip=9900", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]",
        "--set", "training.batchSize=32", "--set", "training.epochs=2", "--set", "training.logEvery=1", "--set", "threads=1", "--set", "precision=fp32",
    ];

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-runs").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DataRow("quickstart.json", "quickstart")]
    [DataRow("simclr-fashion-mnist.json", "simclr-fashion-mnist")]
    public void Train_ShippedExperiment_LeavesAWholeRunFolder(string experiment, string name)
    {
        var run = Train(experiment);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "random-init");

        var folder = Path.Combine(runs, name);
        foreach (var file in new[] { "experiment.json", "metrics.jsonl", "backbone.safetensors", "evaluation.json", "run.json" })
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder, file)), file);
        }

        Assert.AreEqual("completed", (string?)Read(folder, "run.json")["status"]);
        Assert.AreEqual(16, File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length, "8 steps an epoch, 2 epochs");
        var results = Read(folder, "evaluation.json")["results"]!.AsArray();
        foreach (var subject in new[] { "trained", "random-init", "raw-pixels" })
        {
            foreach (var evaluator in new[] { "linear-probe", "knn" })
            {
                var value = results.First(r => (string?)r!["subject"] == subject && (string?)r["evaluator"] == evaluator)!["value"]!.GetValue<double>();
                Assert.IsTrue(value is > 5 and <= 100, $"{subject} {evaluator}: {value}");
            }
        }
    }

    [TestMethod]
    public void Train_Profile_TellsWhereTheTimeGoes_AndStopsAResumableRun()
    {
        var profiled = Train("quickstart.json", "--profile", "2");

        Assert.AreEqual(0, profiled.ExitCode, profiled.Errors);
        foreach (var part in new[] { "waiting for images", "forward", "backward", "optimizer", "mean of 2", "images/s" })
        {
            StringAssert.Contains(profiled.Output, part);
        }

        var profile = Read(Path.Combine(runs, "quickstart"), "profile.json");
        Assert.IsGreaterThan(0, profile["millisecondsPerStep"]!["backward"]!.GetValue<double>());
        Assert.IsGreaterThan(100_000_000, profile["peakMemoryBytes"]!.GetValue<long>());

        var status = Read(Path.Combine(runs, "quickstart"), "run.json");
        Assert.AreEqual("interrupted", (string?)status["status"]);
        Assert.AreEqual(0, Train("quickstart.json").ExitCode);
    }

    [TestMethod]
    public void Train_Quiet_SaysNothing()
    {
        Train("quickstart.json", "--steps", "1");
        Assert.AreEqual((0, "", ""), Train("quickstart.json", "--steps", "2", "--quiet"));
    }

    [TestMethod]
    public void Train_SameSeedTwice_MetricsAndWeightsAreEqual()
    {
        Train("quickstart.json", "--set", "name=first");
        Train("quickstart.json", "--set", "name=second");
        AssertSame("first", "second");
    }

    [TestMethod]
    public void Train_AnyNumberOfLoaderThreads_MetricsAndWeightsAreEqual()
    {
        Train("simclr-fashion-mnist.json", "--set", "name=none", "--set", "training.loaderThreads=0");
        Train("simclr-fashion-mnist.json", "--set", "name=one", "--set", "training.loaderThreads=1");
        Train("simclr-fashion-mnist.json", "--set", "name=two", "--set", "training.loaderThreads=2");
        AssertSame("none", "one");
        AssertSame("none", "two");
    }

    [TestMethod]
    public void Train_OtherSeed_WeightsDiffer()
    {
        Train("quickstart.json", "--set", "name=first");
        Train("quickstart.json", "--set", "name=second", "--set", "seed=2");
        CollectionAssert.AreNotEqual(Bytes("first", "backbone.safetensors"), Bytes("second", "backbone.safetensors"));
    }

    [TestMethod]
    public void Train_StoppedAndStartedAgain_EqualsAnUninterruptedRun()
    {
        Train("simclr-fashion-mnist.json", "--set", "name=whole");
        foreach (var stop in new[] { 3, 8, 11 }) // within an epoch, at its end, within the next
        {
            var stopped = Train("simclr-fashion-mnist.json", "--set", "name=parts", "--steps", $"{stop}");
            Assert.AreEqual(0, stopped.ExitCode, stopped.Errors);
            Assert.AreEqual("interrupted", (string?)Read(Path.Combine(runs, "parts"), "run.json")["status"]);
        }

        var resumed = Train("simclr-fashion-mnist.json", "--set", "name=parts");
        StringAssert.Contains(resumed.Errors, "Going on from step 11.");
        AssertSame("whole", "parts");
    }

    [TestMethod]
    [Case("C20")]
    public void Train_ACompletedRun_IsNotTouched()
    {
        Train("quickstart.json");
        var again = Train("quickstart.json");
        Assert.AreEqual((int)ExitCode.RunFolder, again.ExitCode, again.Errors);
        StringAssert.Contains(again.Errors, "completed");
        Assert.AreEqual(0, Train("quickstart.json", "--overwrite").ExitCode);
    }

    [TestMethod]
    [Case("C13")]
    [Case("C20")]
    public void Train_FolderOfAnotherExperiment_IsRefusedWithTheDifference()
    {
        Train("quickstart.json");
        var other = Train("quickstart.json", "--set", "optimizer.momentum=0.5");
        Assert.AreEqual((int)ExitCode.RunFolder, other.ExitCode);
        StringAssert.Contains(other.Errors, "or go on all the same with --override-resume optimizer.momentum.");
    }

    [TestMethod]
    public void Train_RunsInAFile_NamesTheOption()
    {
        var file = Path.Combine(runs, "file");
        File.WriteAllText(file, "");
        var (code, _, errors) = SslProgram.Run("train", Repository.Experiment("quickstart.json"), "--runs", file);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "is a file; name another folder with --runs.");
    }

    [TestMethod]
    public void Train_LossThatIsNotFinite_EndsWithTheStepAndTheRemedy()
    {
        var run = Train("quickstart.json", "--set", "schedule.learningRate=1000", "--set", "optimizer.weightDecay=0.9");
        Assert.AreEqual((int)ExitCode.Diverged, run.ExitCode);
        StringAssert.Contains(run.Errors, "of step");
        Assert.AreEqual("failed", (string?)Read(Path.Combine(runs, "quickstart"), "run.json")["status"]);
    }

    [TestMethod]
    public void Train_FolderWithBadImages_ListsThemAndGoesOn()
    {
        for (var i = 0; i < 24; i++)
        {
            var file = Path.Combine(runs, "photos", $"{i % 2}", $"{i:D2}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, i == 7 ? [1, 2, 3] : ImageFixtures.Encode(SkiaSharp.SKEncodedImageFormat.Png, 20));
        }

        string[] settings =
        [
            "--set", "data=imageFolder", "--set", $"data.path={Path.Combine(runs, "photos")}", "--set", "data.channels=1", "--set", "augmentation.views.0.steps=[{\"name\":\"centerCrop\",\"size\":28}]",
            "--set", "training.batchSize=8", "--set", "training.epochs=1", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]", "--set", "threads=1", "--set", "precision=fp32",
            "--set", "training.maximumBad=0.1", "--set", "evaluation=null", "--steps", "2", "--runs", runs,
        ];
        var run = SslProgram.Run(["train", Repository.Experiment("quickstart.json"), .. settings]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Errors, "data-report.json lists them");
        var report = Read(Path.Combine(runs, "quickstart"), "data-report.json");
        Assert.AreEqual(24, (int)report["images"]!);
        StringAssert.Contains((string?)report["bad"]!.AsArray().Single()!["reason"], "07.png");
    }

    [TestMethod]
    public void Train_WrongNumberOfViews_IsOneSentence()
    {
        var run = Train("simclr-fashion-mnist.json", "--set", "augmentation.views.0.count=1");
        Assert.AreEqual((int)ExitCode.Config, run.ExitCode);
        StringAssert.Contains(run.Errors, "takes 2 views");
    }

    private (int ExitCode, string Output, string Errors) Train(string experiment, params string[] more) =>
        SslProgram.Run(["train", Repository.Experiment(experiment), "--runs", runs, .. Tiny, .. more]);

    private void AssertSame(string first, string second)
    {
        foreach (var file in new[] { "metrics.jsonl", "backbone.safetensors", "evaluation.json" })
        {
            CollectionAssert.AreEqual(Bytes(first, file), Bytes(second, file), file);
        }
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(runs, run, file));

    private static JsonNode Read(string folder, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!;
}
