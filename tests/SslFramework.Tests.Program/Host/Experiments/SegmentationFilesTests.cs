using System.Text.Json.Nodes;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using TorchSharp;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>Every evaluation file of the segmentation plugin is read, built and run for two steps, in a small form on made images.</summary>
[TestClass]
public class SegmentationFilesTests
{
    private const string Residual = """{ "name": "resnet50", "width": 16, "blocksPerStage": [1, 1, 1, 1] }""";
    private const string Transformer = """{ "name": "vit", "imageSize": 64, "patchSize": 16, "dimension": 16, "depth": 4, "heads": 2 }""";

    private static readonly string[] Small =
    [
        "evaluators.0.steps=2", "evaluators.0.batchSize=2", "evaluators.0.width=8", "baselines=false", "threads=1", "loaderThreads=0",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-segmentation").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DataRow("segmentation-voc.json", Residual, "fcn", "trainTransform.views.0.steps.2.size=65", "transform.views.0.steps.1.size=65")]
    [DataRow("segmentation-cityscapes.json", Residual, "fcn", "trainTransform.views.0.steps.2.size=65", "transform.views.0.steps.0.height=64", "transform.views.0.steps.0.width=128")]
    [DataRow("segmentation-ade20k.json", Transformer, "upernet", "trainTransform.views.0.steps.0.size=64", "trainTransform.views.0.steps.3.size=64", "transform.views.0.steps.0.size=64", "transform.views.0.steps.2.size=96", "evaluators.0.window=64")]
    public void Evaluate_TwoStepsOfThePapers_Work(string file, string backbone, string head, params string[] small)
    {
        var evaluation = Path.Combine(Repository.Root, "plugins/SslFramework.Plugins.Segmentation/evaluations", file);
        var weights = Path.Combine(folder, "weights.safetensors");
        Write(weights, backbone == Residual);
        string[] settings = [$"backbone={backbone}", $"train={Scenes(0)}", $"test={Scenes(100)}", .. Small, .. small];
        var (code, _, errors) = SslProgram.Run(["evaluate", weights, "--with", evaluation, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.AreEqual(0, code, errors);

        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, $"evaluation-{Path.GetFileName(file)}")))!;
        var protocol = report["protocols"]!.AsObject().Single().Value!["options"]!;
        Assert.AreEqual(head, (string?)protocol["head"], "every number of the recipe is in the protocol");
        Assert.AreEqual("mIoU", (string?)report["results"]![0]!["metric"]);
        Assert.HasCount(1, report["figures"]!.AsArray());
    }

    /// <summary>As random weights would be.</summary>
    private static void Write(string file, bool residual)
    {
        torch.manual_seed(1);
        using torch.nn.Module network = residual
            ? new ResNet50(new ResNetOptions { Width = 16, BlocksPerStage = [1, 1, 1, 1] }, new DataInfo(1, 3))
            : new VisionTransformer(new VisionTransformerOptions { ImageSize = 64, PatchSize = 16, Dimension = 16, Depth = 4, Heads = 2 }, new DataInfo(1, 3));
        SafeTensors.Write(file, StateDict.Of(network));
    }

    private static string Scenes(int first)
    {
        string File(string kind) => Path.Combine(Repository.Root, $"host/data/fashion-mnist/t10k-{kind}-ubyte.gz");
        return $$"""{ "name": "scenes", "count": 4, "first": {{first}}, "items": { "name": "idx", "images": "{{File("images-idx3")}}", "labels": "{{File("labels-idx1")}}", "channels": 3 } }""";
    }
}
