using System.Text.Json.Nodes;
using SkiaSharp;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>A method's name and a folder are enough.</summary>
[TestClass]
public class ExperimentChoiceTests
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> SmallExperiments => Repository.Files("plugins", "*.32.json")
        .Where(file => !file.StartsWith("artifacts", StringComparison.Ordinal))
        .Select(file => new object[] { Path.GetFileName(file)[..^".32.json".Length] });

    [TestCleanup]
    public void DeleteFolder() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(SmallExperiments))]
    public void Train_AMethodOnClassFolders_TakesItsOwnExperiment(string method)
    {
        WriteImages("cat", "dog");
        var (code, _, errors) = Train(method);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, $"{method}.32.json, for 40 images whose shorter side is 28 pixels");
        StringAssert.Contains(errors, "\"name\": \"run\"", "printed as set");
        Assert.IsEmpty(errors.Split('\n').Where(line => line.Length > 79 && line.StartsWith(' ') && !line.Contains(folder.Root, StringComparison.Ordinal)));
        var ran = Ran(method);
        Assert.IsNotNull(ran["evaluation"]);
        Assert.AreEqual(16, (int?)ran["training"]!["batchSize"], "a batch fits into the images");
    }

    [TestMethod]
    public void Train_ImagesWithoutClasses_AreMeasuredWithoutLabels()
    {
        WriteImages("");
        var (code, output, errors) = Train("rotation", "--set", "training.epochs=1");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "unlabeled");
        StringAssert.Contains(output, "diagnostics effective rank");
        Assert.IsFalse(errors.Contains("warning", StringComparison.Ordinal), errors);
        var ran = Ran("rotation");
        Assert.IsNull(ran["monitor"]);
        CollectionAssert.AreEqual(new[] { "diagnostics" }, ran["evaluation"]!["evaluators"]!.AsArray().Select(e => (string?)e!["name"]).ToArray());
    }

    [TestMethod]
    public void Train_ARunThatGoesOn_PrintsItsExperimentNoMore()
    {
        WriteImages("cat", "dog");
        StringAssert.Contains(Train("rotation").Errors, "\"name\": \"run\"");
        var (code, _, again) = Train("rotation");
        Assert.AreEqual(0, code, again);
        StringAssert.Contains(again, "Going on from step 1");
        Assert.DoesNotContain("\"name\"", again);
    }

    [TestMethod]
    [DataRow("simclr", "resnet50")]
    [DataRow("mae", "vit-base")]
    public void Validate_PhotographsAtTheirSize_TakeTheRecipeOfThePaper(string method, string backbone)
    {
        WriteImages(300, "a", "b");
        var (code, output, errors) = SslProgram.Run("validate", method, "--data", folder.Root, "--size", "224");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, $"{method} on {backbone}");
    }

    [TestMethod]
    [DynamicData(nameof(SmallExperiments))]
    public void Train_PhotographsWithoutAGpu_TakesTheExperimentForACpu(string method)
    {
        WriteImages(150, "a", "b");
        var (code, _, errors) = Train(method, "--set", "device=cpu");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "There is no GPU here: the experiment for 64 pixels is taken instead of that for 224, which --size 224 takes.");
        StringAssert.Contains(errors, $"{method}.64.json, for 40 images");
        Assert.IsNotNull(Ran(method)["evaluation"]);
    }

    [TestMethod]
    [DataRow("mae")]
    [DataRow("simclr")]
    [DataRow("rotation")]
    public void Train_FewerEpochsThanTheMethodWarmsUpFor_ShortensTheWarmUp(string method)
    {
        WriteImages("a", "b");
        var (code, _, errors) = Train(method, "--set", "training.epochs=3");
        Assert.AreEqual(0, code, errors);
        var schedule = Ran(method)["schedule"]!;
        var warmUp = (double?)schedule["warmupEpochs"] ?? 0;
        Assert.IsTrue(warmUp is >= 0 and <= 0.6, $"{warmUp}");
        Assert.AreEqual(warmUp > 0, errors.Contains($"is shortened to {warmUp}, in proportion to 3 epochs of", StringComparison.Ordinal), errors);
    }

    [TestMethod]
    public void Train_AWarmUpThatIsSetOrStandsInAFile_IsCheckedAndNothingIsLeftBehind()
    {
        WriteImages("a", "b");
        foreach (var errors in new[]
        {
            Train("simclr", "--set", "training.epochs=3", "--set", "schedule.warmupEpochs=5").Errors,
            Train(Path.Combine(Repository.Root, Repository.Files("plugins", "mae.32.json").First()), "--set", "training.epochs=3").Errors,
        })
        {
            StringAssert.Contains(errors, "epochs, but the run has 3; lower \"warmupEpochs\".");
            Assert.IsFalse(Directory.Exists(Path.Combine(folder.Root + ".runs", "run")));
        }
    }

    [TestMethod]
    [DataRow("Which images?", "simclr")]
    [DataRow("There is no method \"simclrr\"; did you mean \"simclr\"?", "simclrr")]
    [DataRow("There is no method \"simlcr\"; did you mean \"simclr\"?", "simlcr", "--data", "nowhere")]
    [DataRow("There is no method \"xyz\"; name an experiment file, such as host/experiments/quickstart.json, or a method: amdim, barlow-twins, ", "xyz")]
    [DataRow("There is no experiment \"simlcr.json\"; did you mean the method, as in 'ssl train simclr --data ./photos'?", "simlcr.json")]
    [DataRow("There is no experiment \"nowhere/x.json\"; name an experiment file, such as", "nowhere/x.json")]
    [DataRow("There are no images at", "simclr", "--data", "nowhere")]
    public void Validate_WhatIsMissing_IsSaid(string sentence, params string[] arguments)
    {
        var (code, _, errors) = SslProgram.Run(["validate", .. arguments]);
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, sentence);
    }

    [TestMethod]
    [DataRow("train")]
    [DataRow("plan")]
    [DataRow("preview")]
    [DataRow("validate")]
    [DataRow("verify-resume")]
    public void AnExperimentThatIsMissing_InEveryCommand_IsToldInTheSameWords(string command)
    {
        folder.Write("simclr.json", "{}"u8.ToArray());
        var (code, _, errors) = SslProgram.Run(command, Path.Combine(folder.Root, "simlcr.json"));
        Assert.AreEqual((int)ExitCode.Usage, code);
        Assert.AreEqual($"error: There is no experiment \"{folder.Root}/simlcr.json\"; did you mean \"{folder.Root}/simclr.json\"?{Environment.NewLine}", errors);
    }

    [TestMethod]
    public void Validate_AFileWithASize_IsToldThatTheFileHasItsOwn()
    {
        var (code, _, errors) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"), "--size", "64");
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.StartsWith(errors, "error: --size chooses among the experiments of a method, as in");
    }

    [TestMethod]
    public void AFileThatIsMissing_OfAnotherKind_IsToldInTheSameWords()
    {
        StringAssert.StartsWith(SslProgram.Run("sweep", "nowhere.json").Errors, "error: There is no sweep \"nowhere.json\"; name a file, such as");
        StringAssert.StartsWith(SslProgram.Run("evaluate", "run", "--with", "nowhere.json").Errors, "error: There is no evaluation \"nowhere.json\"; name a file, such as");
    }

    [TestMethod]
    public void VerifyResume_AMethodOnAFolder_IsProven()
    {
        WriteImages("cat", "dog");
        var (code, output, errors) = SslProgram.Run("verify-resume", "rotation", "--data", folder.Root, "--steps", "2", "--set", "threads=1", "--set", "precision=fp32");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "equal to the last bit");
    }

    [TestMethod]
    public void Train_ARunFolderThatIsRefused_SaysThatAlone()
    {
        WriteImages("cat", "dog");
        Assert.AreEqual(0, Train("rotation").ExitCode);
        var (code, _, errors) = Train("rotation", "--set", "seed=7");
        Assert.AreEqual((int)ExitCode.RunFolder, code);
        StringAssert.StartsWith(errors, "error: ");
        Ran("rotation");
    }

    [TestMethod]
    public void Train_Quiet_SaysNothing()
    {
        WriteImages("cat", "dog");
        var (code, _, errors) = Train("rotation", "--quiet");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("", errors);
    }

    private void WriteImages(params string[] classes) => WriteImages(28, classes);

    private void WriteImages(int size, params string[] classes)
    {
        using var bitmap = new SKBitmap(size, size);
        for (var i = 0; i < 40; i++)
        {
            bitmap.Erase(new SKColor((byte)(6 * i), (byte)(255 - i), 90));
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 90);
            folder.Write(Path.Combine(classes[i % classes.Length], $"{i}.png"), png.ToArray());
        }
    }

    private (int ExitCode, string Output, string Errors) Train(string method, params string[] more) => SslProgram.Run(
        ["train", method, "--data", folder.Root, "--runs", folder.Root + ".runs", .. more.Contains("training.epochs=1") ? Array.Empty<string>() : ["--steps", "1"], "--set", "name=run", "--set", "threads=1", "--set", "precision=fp32", .. more]);

    private JsonNode Ran(string method)
    {
        var file = Path.Combine(folder.Root + ".runs", "run", "experiment.json");
        var ran = JsonNode.Parse(File.ReadAllText(file))!;
        Directory.Delete(folder.Root + ".runs", recursive: true);
        Assert.AreEqual(method, (string?)ran["objective"]!["name"]);
        return ran;
    }
}
