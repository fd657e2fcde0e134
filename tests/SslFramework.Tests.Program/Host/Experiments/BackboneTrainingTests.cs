using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>A network of each family trains by two methods for four steps of 16 images, and resumes to the same bits.</summary>
[TestClass]
public class BackboneTrainingTests
{
    private static readonly (string Name, string Json)[] Networks =
    [
        ("resnext50", """{ "name": "resnext50", "stem": "small", "width": 16, "blocksPerStage": [1, 1] }"""),
        ("resnet101", """{ "name": "resnet101", "stem": "small", "width": 8, "blocksPerStage": [1, 1, 2, 1] }"""),
        ("revnet50", """{ "name": "revnet50", "stem": "small", "width": 4, "blocksPerStage": [1, 2] }"""),
        ("alexnet", """{ "name": "alexnet", "strides": [1, 1, 1, 1, 1], "pads": [5, 2, 1, 1, 1], "maps": [8, 8, 8, 8, 8], "fullyConnectedSide": 2, "fullyConnected": [16] }"""),
        ("vit", """{ "name": "vit", "imageSize": 28, "patchSize": 4, "dimension": 16, "depth": 2, "heads": 2, "mlpNorm": "batch" }"""),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-backbones-").FullName;

    public static IEnumerable<object[]> Each =>
        from method in new[] { "simclr-fashion-mnist", "barlow-twins-fashion-mnist" }
        from network in Networks
        select new object[] { method, network.Name };

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Each))]
    public void VerifyResume_FourSteps_EndsWithTheSameBits(string method, string network)
    {
        var (code, output, errors) = SslProgram.Run(
            "verify-resume", SmallRuns.Write(method, folder), "--steps", "4", "--set", "training.batchSize=16", "--set", "backbone=" + Networks.Single(each => each.Name == network).Json);
        Assert.AreEqual(0, code, output + errors);
        Assert.Contains("equal to the last bit", output);
        Assert.DoesNotContain("DIFFERENT", output);
    }
}
