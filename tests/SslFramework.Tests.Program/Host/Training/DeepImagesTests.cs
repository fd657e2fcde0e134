using System.Text;
using System.Text.Json.Nodes;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Training;

/// <summary>Images as microscopes, scanners and satellites make them: a folder of TIFFs in two classes.</summary>
[TestClass]
public class DeepImagesTests
{
    private const string SimClr =
        """
        "augmentation": { "name": "recipe", "views": [ { "count": 2, "steps": [
          { "name": "randomResizedCrop", "size": 16, "scale": [0.3, 1] }, { "name": "horizontalFlip" },
          { "name": "colorJitter", "brightness": 0.4, "contrast": 0.4 }, { "name": "gaussianBlur", "sigma": [0.1, 1] },
          { "name": "normalize", "mean": [0.5], "std": [0.25] } ] } ] },
        "backbone": { "name": "resnet18", "stem": "small", "width": 16, "blocksPerStage": [1, 1] },
        "objective": { "name": "simclr", "projectorOutput": 16 }, "optimizer": "sgd",
        """;

    private const string Mae =
        """
        "augmentation": { "name": "recipe", "views": [ { "steps": [
          { "name": "randomResizedCrop", "size": 16, "scale": [0.3, 1], "interpolation": "bicubic" }, { "name": "horizontalFlip" },
          { "name": "normalize", "mean": [0.5], "std": [0.25] } ] } ] },
        "backbone": { "name": "vit", "imageSize": 16, "patchSize": 4, "dimension": 32, "depth": 2, "heads": 2, "positions": "sinCosMae" },
        "objective": { "name": "mae", "decoderDimension": 32, "decoderDepth": 1, "decoderHeads": 2 }, "optimizer": "adamw",
        """;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow(1, SimClr)]
    [DataRow(5, SimClr)]
    [DataRow(1, Mae)]
    [DataRow(5, Mae)]
    public void Train_FolderOfTiffs_LearnsEvaluatesAndReports(int channels, string method)
    {
        Write(channels);
        var data = $$"""{ "name": "imageFolder", "path": "scans", "channels": {{channels}}, "depth": 16 }""";
        const string transform = """{ "name": "recipe", "views": [ { "steps": [ { "name": "resize", "height": 16, "width": 16 }, { "name": "normalize", "mean": [0.5], "std": [0.25] } ] } ] }""";
        var experiment = folder.Write("deep.json", Encoding.UTF8.GetBytes(
            $$"""
            {
              "name": "deep", "seed": 1, "threads": 1, "precision": "fp32", "data": {{data}},
              {{method}}
              "schedule": { "name": "cosine", "learningRate": 0.01 }, "training": { "epochs": 2, "batchSize": 8 },
              "evaluation": { "test": {{data}}, "transform": {{transform}}, "evaluators": ["knn"], "baselines": false }
            }
            """));
        var (code, _, errors) = SslProgram.RunWithReport("train", experiment, "--runs", folder.Root);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "0 becomes black and 4095 white");
        Assert.IsTrue(File.Exists(Path.Combine(folder.Root, "deep", "report.html")));
        var metrics = File.ReadLines(Path.Combine(folder.Root, "deep", "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.IsTrue(metrics.All(line => line["loss"] is null || double.IsFinite((double)line["loss"]!)));

        var preview = SslProgram.Run("preview", experiment, "--output", Path.Combine(folder.Root, "preview"));
        Assert.AreEqual(0, preview.ExitCode, preview.Errors);
        var embedded = SslProgram.Run("embed", Path.Combine(folder.Root, "deep"), "--data", Path.Combine(folder.Root, "scans"), "--output", Path.Combine(folder.Root, "features.npy"));
        Assert.AreEqual(0, embedded.ExitCode, embedded.Errors);
    }

    [TestMethod]
    public void Validate_StepsOfColor_AreRefusedByNameBeforeAnyImageIsRead()
    {
        Write(5);
        var experiment = folder.Write("deep.json", Encoding.UTF8.GetBytes(
            $$"""
            {
              "name": "deep", "data": { "name": "imageFolder", "path": "scans", "channels": 5, "depth": 16 },
              {{SimClr.Replace("\"contrast\": 0.4", "\"hue\": 0.1", StringComparison.Ordinal)}}
              "schedule": { "name": "cosine", "learningRate": 0.01 }
            }
            """));
        var (code, output, errors) = SslProgram.Run("validate", experiment);
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(output + errors, "The step 'colorJitter' needs color images, but the data has 5 channels");
    }

    // Twelve bits in sixteen; the classes differ in where they are bright.
    private void Write(int channels)
    {
        for (var i = 0; i < 24; i++)
        {
            var number = i;
            var tiff = new TiffFixtures(24, 20, channels, 16)
            {
                Compression = i % 2 == 0 ? 5 : 8,
                Value = (y, x, c) => Math.Clamp(((number < 12 ? y : x) * 150) + (c * 100) + (number * 7), 0, 4095),
            };
            folder.Write($"scans/{(i < 12 ? "down" : "right")}/{i:D2}.tif", tiff.File());
        }
    }
}
