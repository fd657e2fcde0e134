using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>Every experiment that ships is read, built and run for two steps; those of the papers on made images.</summary>
[TestClass]
public class ShippedExperimentsTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-shipped").FullName;

    public static IEnumerable<object[]> All => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "host", "experiments"), "*.json")
        .Order()
        .Select(file => new object[] { Path.GetFileName(file) });

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Train_TwoSteps_Work(string file)
    {
        var text = File.ReadAllText(Repository.Experiment(file));
        var data = text.Contains("\"/data/", StringComparison.Ordinal) ? MadeImages(file) : [];
        var (code, _, errors) = SslProgram.Run(
            ["train", Repository.Experiment(file), "--runs", runs, "--steps", "2", "--set", "precision=fp32", "--set", "training.batchSize=8", "--set", "training.accumulation=1", "--set", "training.loaderThreads=1", .. data]);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "Stopped after step 2");
    }

    private static string[] MadeImages(string file)
    {
        var size = file.Contains("cifar", StringComparison.Ordinal) ? 32 : file.Contains("stl", StringComparison.Ordinal) ? 96 : 232;
        var images = $$"""{ "name": "synthetic", "count": 24, "size": {{size}}, "channels": 3 }""";
        return file.StartsWith("exemplar", StringComparison.Ordinal)
            ? ["--set", $"data.source={images}", "--set", "data.count=24"]
            : ["--set", $"data={images}"];
    }
}
