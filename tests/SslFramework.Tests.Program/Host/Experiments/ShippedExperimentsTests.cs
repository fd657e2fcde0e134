using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Engine.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>Every experiment that ships is read, built and run for two steps; those of the papers on made images.</summary>
[TestClass]
public class ShippedExperimentsTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-shipped").FullName;

    public static IEnumerable<object[]> Small => Files(ofPapers: false);

    public static IEnumerable<object[]> OfPapers => Files(ofPapers: true);

    /// <summary>Two of them, other ones after each commit; all if SSL_SOAK asks for that.</summary>
    public static IEnumerable<object[]> SampleOfPapers =>
        SmallRuns.Sampled([.. OfPapers.Select(file => (string)file[0])]).Select(file => new object[] { file });

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Small))]
    public void Train_TwoSteps_Work(string file)
    {
        var (code, _, errors) = SslProgram.Run(
            "train", Repository.Experiment(file), "--runs", runs, "--steps", "2", "--set", "precision=fp32", "--set", "training.batchSize=8", "--set", "training.accumulation=1", "--set", "training.loaderThreads=1");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "Stopped after step 2");
    }

    [TestMethod]
    [DynamicData(nameof(OfPapers))]
    public void Read_OfThePapers_IsBound(string file)
    {
        var config = ExperimentFile.Read(Repository.Experiment(file), MadeImages(file), Installation.Load([Repository.Plugins]).Components);
        Assert.AreEqual(Path.GetFileNameWithoutExtension(file), config.Name);
    }

    /// <summary>Without checkpoints: gigabytes that nobody would read.</summary>
    [TestMethod]
    [DynamicData(nameof(SampleOfPapers))]
    public void Train_TwoStepsOfThePapers_Work(string file)
    {
        var installation = Installation.Load([Repository.Plugins]);
        var config = ExperimentFile.Read(
            Repository.Experiment(file),
            ["training.batchSize=2", "training.accumulation=1", "training.logEvery=1", "training.loaderThreads=1", "threads=1", .. OfTwoImages(file), .. Shortened(file), .. MadeImages(file)],
            installation.Components);
        using var parts = ExperimentParts.Build(config, installation);
        using var loader = parts.NewLoader(SingleProcess.Instance);
        using var pretrainer = new Pretrainer(
            parts.Objective, parts.Optimizer, parts.Schedule, loader, config.Training, new PretrainerSettings(config.Seed, parts.Device, Precision.Fp32, SingleProcess.Instance));
        var losses = new List<double>();
        pretrainer.Run(metrics =>
        {
            losses.Add(metrics!.Values["loss"]);
            return losses.Count < 2;
        });
        Assert.HasCount(2, losses);
        Assert.IsTrue(losses.TrueForAll(double.IsFinite));
    }

    private static IEnumerable<object[]> Files(bool ofPapers) => Repository.Experiments
        .Where(file => File.ReadAllText(file).Contains("\"/data/", StringComparison.Ordinal) == ofPapers)
        .Order()
        .Select(file => new object[] { Path.GetFileName(file) });

    /// <summary>MoCo v1's batch norm splits a batch in eight, and the least rate of VICReg and Barlow Twins is above that of two images.</summary>
    private static string[] OfTwoImages(string file) =>
        file.StartsWith("moco-v1", StringComparison.Ordinal) ? ["backbone.normalization.splits=2"]
        : file.StartsWith("vicreg", StringComparison.Ordinal) || file.StartsWith("barlow-twins", StringComparison.Ordinal) ? ["schedule.minimum=0"]
        : [];

    /// <summary>The largest networks would take up to 11 GB: they have a block per stage unless SSL_SOAK asks for the long forms of the tests.</summary>
    private static string[] Shortened(string file) =>
        Figures.IsSoak ? []
        : file.Contains("x4-", StringComparison.Ordinal) ? ["backbone.blocksPerStage=[1,1,1,1]"]
        : file.Contains("vit-huge", StringComparison.Ordinal) || file.StartsWith("amdim", StringComparison.Ordinal)
            || file.StartsWith("igpt", StringComparison.Ordinal) ? ["backbone.depth=2"]
        : [];

    private static string[] MadeImages(string file)
    {
        var size = file.Contains("cifar", StringComparison.Ordinal) ? 32 : file.Contains("stl", StringComparison.Ordinal) ? 96 : file.Contains("448", StringComparison.Ordinal) ? 456 : 232;
        var images = $$"""{ "name": "synthetic", "count": 8, "size": {{size}}, "channels": 3 }""";
        return file.StartsWith("exemplar", StringComparison.Ordinal) ? [$"data.source={images}", "data.count=8"] : [$"data={images}"];
    }
}
