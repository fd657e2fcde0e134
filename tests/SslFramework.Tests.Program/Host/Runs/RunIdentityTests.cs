using System.Text.Json.Nodes;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Host.Comparison;
using SslFramework.Host.Machine;
using SslFramework.Host.Reports;
using SslFramework.Host.Runs;

namespace SslFramework.Tests.Host.Runs;

/// <summary>A run goes on as what it is, on the images that it has learned from, and a start that is refused changes nothing.</summary>
[TestClass]
public class RunIdentityTests
{
    private readonly SmallExperiment small = new();

    [TestCleanup]
    public void CleanUp() => small.Dispose();

    [TestMethod]
    [DataRow("4")]
    [DataRow("3")]
    public void Train_StepsThatTheRunHas_TakesNone(string steps)
    {
        small.Train("--steps", "4");
        var (code, _, errors) = small.Train("--steps", steps);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "Stopped after step 4 of 6; the same command without --steps, or with more, goes on from there.");
        Assert.AreEqual("interrupted", (string?)small.Read("run.json")["status"]);
        Assert.IsFalse(File.Exists(small.In("backbone.safetensors")));
        Assert.AreEqual(5, StepAfter("--steps", "5"));
    }

    [TestMethod]
    [DataRow("added", "25 images instead of 24")]
    [DataRow("removed", "23 images instead of 24")]
    [DataRow("renamed", "as many images, of other names")]
    [DataRow("class", "as many images, of other names")]
    [DataRow("grown", "files of other sizes")]
    [DataRow("written", "files that were written at other times")]
    public void Train_OtherImagesThanBefore_AreRefusedUnlessOverridden(string change, string difference)
    {
        small.Train("--steps", "2");
        var before = Contents();
        var image = Path.Combine(small.Images, "ant", "03.png");
        switch (change)
        {
            case "added": File.Copy(image, Path.Combine(small.Images, "ant", "99.png")); break;
            case "removed": File.Delete(image); break;
            case "renamed": File.Move(image, Path.Combine(small.Images, "ant", "99.png")); break;
            case "class": Directory.Move(Path.Combine(small.Images, "ant"), Path.Combine(small.Images, "cat")); break;
            case "grown": File.AppendAllText(image, " "); break;
            default: File.SetLastWriteTimeUtc(image, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)); break;
        }

        var (code, _, errors) = small.Train();
        Assert.AreEqual((int)ExitCode.RunFolder, code, errors);
        StringAssert.Contains(errors, $"has learned from other images than \"data\" has now: {difference}; ");
        StringAssert.Contains(errors, "--override-resume data");
        CollectionAssert.AreEqual(before, Contents(), "a start that is refused changes nothing");

        (code, _, errors) = small.Train("--override-resume", "data", "--steps", "3");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, $"warning: The run goes on with other images: {difference}.");
        Assert.AreEqual(0, small.Train().ExitCode, "they are the run's from then on");
    }

    [TestMethod]
    public void Train_FewerEpochsThanDone_AreRefusedAndTheRunStaysAsItWas()
    {
        small.Train();
        var before = Contents();
        var (code, _, errors) = small.Train("--set", "training.epochs=1");
        Assert.AreEqual((int)ExitCode.RunFolder, code, errors);
        StringAssert.Contains(errors, "has taken 6 steps, and 1 epoch would be 3");
        CollectionAssert.AreEqual(before, Contents());
        Assert.AreEqual(2, (int)small.Read("experiment.json")["training"]!["epochs"]!);
        Assert.AreEqual(9, StepAfter("--set", "training.epochs=3"));
    }

    [TestMethod]
    public void Train_ExperimentOfAVersionWithFewerOptions_GoesOnIfTheNewOnesAreAtTheirDefaults()
    {
        small.Train("--steps", "4");
        var stored = small.Read("experiment.json").AsObject();
        stored["training"]!.AsObject().Remove("accumulation");
        stored["backbone"]!.AsObject().Remove("recompute");
        File.WriteAllText(small.In("experiment.json"), stored.ToJsonString());

        var (other, _, refused) = small.Train("--set", "training.accumulation=2");
        Assert.AreEqual((int)ExitCode.RunFolder, other, refused);
        StringAssert.Contains(refused, "training.accumulation: 1 → 2");

        var (code, _, errors) = small.Train();
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(File.ReadAllText(small.In("journal.md")), "backbone.recompute: none → false");
        Assert.AreEqual(1, (int)small.Read("experiment.json")["training"]!["accumulation"]!);
    }

    [TestMethod]
    public void Train_ExperimentWithAnOptionThatIsNoMore_IsAnotherOne()
    {
        small.Train("--steps", "4");
        var stored = small.Read("experiment.json").AsObject();
        stored["training"]!["forgotten"] = 3;
        File.WriteAllText(small.In("experiment.json"), stored.ToJsonString());
        var (code, _, errors) = small.Train();
        Assert.AreEqual((int)ExitCode.RunFolder, code, errors);
        StringAssert.Contains(errors, "training.forgotten: 3 → none");
    }

    [TestMethod]
    public void Overwrite_OfARun_EmptiesItsFolderAndNoOther()
    {
        small.Train("--steps", "4");
        var outside = Directory.CreateDirectory(Path.Combine(small.Root, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "precious"), "");
        Directory.CreateSymbolicLink(small.In("link"), outside);
        Directory.CreateDirectory(small.In("export"));
        foreach (var file in new[] { "evaluation-other.json", "profile.json", Path.Combine("export", "backbone.safetensors"), "notes.txt" })
        {
            File.WriteAllText(small.In(file), "{}");
        }

        var (code, _, errors) = small.Train("--overwrite", "--set", "seed=9", "--steps", "1");
        Assert.AreEqual(0, code, errors);
        foreach (var old in new[] { "evaluation-other.json", "profile.json", "export", "notes.txt", "link" })
        {
            Assert.IsFalse(Path.Exists(small.In(old)), old);
        }

        Assert.IsTrue(File.Exists(Path.Combine(outside, "precious")));
        CollectionAssert.AreEqual(new[] { "step-000000001" }, Directory.GetDirectories(small.In("checkpoints")).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Overwrite_OfAFolderThatIsNoRuns_IsRefused()
    {
        Directory.CreateDirectory(small.Run);
        File.WriteAllText(small.In("experiment.json"), "{}"); // as anybody may call a file
        File.WriteAllText(small.In("thesis.tex"), "");
        var (code, _, errors) = small.Train("--overwrite");
        Assert.AreEqual((int)ExitCode.RunFolder, code, errors);
        StringAssert.Contains(errors, "is not the folder of a run, which would hold run.json, but has 'thesis.tex' in it");
        Assert.IsTrue(File.Exists(small.In("thesis.tex")));
    }

    [TestMethod]
    [DataRow("--set", "data.path=/nowhere")]
    [DataRow("--set", "evaluation.test.path=/nowhere")]
    [DataRow("--checkpoint", "step-000000004")]
    public void Overwrite_ByAStartThatIsRefused_DeletesNothing(params string[] mistake)
    {
        small.Train("--steps", "4");
        var before = Contents();
        Assert.AreNotEqual(0, small.Train(["--overwrite", .. mistake]).ExitCode);
        CollectionAssert.AreEqual(before, Contents());
    }

    [TestMethod]
    [DataRow("--checkpoint", "step-000000099")]
    [DataRow("--set", "evaluation.test.path=/nowhere")]
    [DataRow("--set", "backbone.stem=imagenet", "--set", "schedule.warmupEpochs=7")]
    public void Train_ARunThatCannotStart_LeavesNoFolder(params string[] mistake)
    {
        Assert.AreNotEqual(0, small.Train(mistake).ExitCode);
        Assert.IsFalse(Directory.Exists(small.Run));
    }

    [TestMethod]
    public void Results_OfWeightsThatAreNoMore_AreDropped()
    {
        small.Train();
        File.WriteAllText(small.In("evaluation-other.json"), """
            { "results": [
                { "evaluator": "linear-probe", "subject": "trained", "layer": "features", "metric": "top-1", "value": 93.8, "protocol": "p", "backbone": "dc7224dc7224dc72" },
                { "evaluator": "linear-probe", "subject": "random-init", "layer": "features", "metric": "top-1", "value": 12.5, "protocol": "p", "backbone": "0123456789abcdef" } ],
              "protocols": {} }
            """);
        foreach (var results in new[] { EvaluatedRun.Read(small.Run).Results, RunRecord.Read(small.Run).Results })
        {
            CollectionAssert.AreEqual(
                new[] { ("knn", "trained"), ("linear-probe", "random-init") }, results.Select(result => (result.Evaluator, result.Subject)).Distinct().ToArray());
        }
    }

    [TestMethod]
    public void Results_AfterMoreEpochs_AreThoseOfTheNewWeights()
    {
        small.Train();
        File.Copy(small.In("evaluation.json"), small.In("evaluation-before.json"));
        small.Train("--set", "training.epochs=3");
        using var weights = SafeTensors.Read(small.In("backbone.safetensors"));
        var hash = WeightHash.Of(weights.Tensors);
        CollectionAssert.AreEqual(new[] { hash }, EvaluatedRun.Read(small.Run).Results.Select(result => result.Backbone).Distinct().ToArray());
    }

    [TestMethod]
    public void Aside_OfTheSameProcessTwice_AreFoldersOfTheirOwn()
    {
        using var first = RunFolder.Aside("{}", 1);
        string path;
        using (var second = RunFolder.Aside("{}", 1))
        {
            path = second.Path;
            Assert.AreNotEqual(first.Path, path);
            if (!OperatingSystem.IsWindows())
            {
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            }
        }

        Assert.IsFalse(Directory.Exists(path));
    }

    private int StepAfter(params string[] arguments)
    {
        var (code, _, errors) = small.Train(arguments);
        Assert.AreEqual(0, code, errors);
        return (int)small.Read("run.json")["step"]!;
    }

    /// <summary>Every file of the run with a hash of its bytes.</summary>
    private string[] Contents() => [.. Directory.GetFiles(small.Run, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];
}
