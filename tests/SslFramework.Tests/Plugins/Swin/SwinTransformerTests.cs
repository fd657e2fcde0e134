using SslFramework.Plugins.Swin;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Swin;

[TestClass]
public class SwinTransformerTests
{
    private static readonly SwinOptions Tiny = new() { Width = 16, HeadDimension = 8, BlocksPerStage = [2, 2, 2], WindowSize = 4 };

    [TestMethod]
    public void Network_OfTorchvisionsWeights_IsTorchvisions() => TorchvisionNetwork.AssertIsTorchvisions(
        "swin", new SwinTiny(Tiny, TorchvisionNetwork.Color), ("features.0", 0), ("features.1", 1), ("features.3", 2), ("features.5", 3), ("norm", 4));

    [TestMethod]
    public void Keys_OfEveryName_AreTorchvisions()
    {
        TorchvisionNetwork.AssertIsAsPublished("swin-tiny", () => new SwinTiny(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("swin-small", () => new SwinSmall(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("swin-base", () => new SwinBase(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("swin-large", () => new SwinLarge(new(), TorchvisionNetwork.Color));
    }

    [TestMethod]
    public void Network_OfAnyOptions_KeepsItsContracts() => TorchvisionNetwork.AssertKeepsItsContracts(
        (data, drop, recompute) => new SwinTiny(Tiny with { PatchSize = 2, BlocksPerStage = [2, 1], DropPath = drop, Recompute = recompute }, data), 20);

    [TestMethod]
    public void OutputStride_Lowered_IsRefusedInASentence()
    {
        using var network = new SwinTiny(Tiny, TorchvisionNetwork.Color);
        network.OutputStride = 16;
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => network.OutputStride = 8).Message, "stride of 16, but 8 was asked for");
    }

    /// <summary>Parts of a rolled map that did not lie side by side see nothing of each other.</summary>
    [TestMethod]
    public void Mask_OfARolledMap_IsThatOfALoopOverItsPlaces()
    {
        using var scope = NewDisposeScope();
        const int Side = 4;
        foreach (var (height, width, down, right) in new[] { (8, 12, 2, 2), (4, 8, 0, 2), (12, 4, 2, 0) })
        {
            var mask = Windows.Mask(height, width, Side, (down, right), CPU);
            for (var window = 0; window < height * width / (Side * Side); window++)
            {
                for (var a = 0; a < Side * Side; a++)
                {
                    for (var b = 0; b < Side * Side; b++)
                    {
                        Assert.AreEqual(Part(window, a) == Part(window, b) ? 0f : -100f, mask[window, a, b].item<float>());
                    }
                }
            }

            (int, int) Part(int window, int place)
            {
                var row = (window / (width / Side) * Side) + (place / Side);
                var column = (window % (width / Side) * Side) + (place % Side);
                return (Of(row, height, down), Of(column, width, right));
            }

            // Rows that the roll carried from the top to the bottom are a part of their own, as are those of the last window before.
            static int Of(int place, int length, int rolled) => rolled > 0 && place >= length - rolled ? 2 : place >= length - Side ? 1 : 0;
        }
    }

    [TestMethod]
    public void Constructor_HeadsThatDoNotDivideTheWidth_AreRefusedInASentence() => StringAssert.Contains(
        Assert.ThrowsExactly<ExperimentException>(() => new SwinTiny(Tiny with { Width = 20 }, TorchvisionNetwork.Color)).Message,
        "width 20 is not a multiple of its heads' 8 channels");

    [TestMethod]
    [DataRow("simclr-fashion-mnist")]
    [DataRow("dino-fashion-mnist")]
    public void Training_FourSteps_ResumesToTheSameBits(string method) => TorchvisionNetwork.AssertTrains(
        method, """{ "name": "swin-tiny", "width": 8, "headDimension": 8, "blocksPerStage": [2, 1], "patchSize": 2, "windowSize": 4, "dropPath": 0.1 }""");
}
