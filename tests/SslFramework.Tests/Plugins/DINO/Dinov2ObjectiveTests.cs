using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Plugins.DINO;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DINO;

[TestClass]
public class Dinov2ObjectiveTests
{
    private static readonly ViewShape Global = new(1, 16, 16);
    private static readonly ViewShape Local = new(1, 8, 8);
    private static readonly DinoHeadOptions Head = new() { HiddenDimension = 16, Dimension = 8, Prototypes = 12, TrainLength = true };
    private static readonly Dinov2Options Small = new() { Head = Head, Momentum = 0.9, FrozenPrototypeEpochs = 0 };

    [TestMethod]
    public void Contract_WithCenters_Holds() =>
        new ObjectiveContract(() => New(Small), Global, Global, Local, Local).VerifyAll();

    [TestMethod]
    public void Contract_WithEqualSharesAndHeadsApart_Holds() =>
        new ObjectiveContract(() => New(Small with { Centering = Centering.Sinkhorn, SeparateHead = true }), Global, Global, Local).VerifyAll();

    [TestMethod]
    public void Loss_WithoutMasksAndSpread_IsDinosToTheBit()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch([Global, Global, Local], 4);
        var options = Small with
        {
            Masks = new() { Share = 0 },
            KoLeoWeight = 0,
            FirstTeacherTemperature = 0.04,
            TeacherTemperature = 0.04,
        };
        using var dinov2 = New(options);
        using var dino = new DinoObjective(new DinoOptions { Head = Head }, Backbones());
        using (no_grad())
        {
            var state = dinov2.state_dict();
            foreach (var (key, value) in dino.state_dict())
            {
                value.copy_(state[key]);
            }
        }

        Assert.AreEqual(
            dino.ComputeLoss(batch, TestSteps.At(3)).Loss.item<float>(), dinov2.ComputeLoss(batch, TestSteps.At(3)).Loss.item<float>());
    }

    [TestMethod]
    public void CrossEntropy_BesideTheDenseForm_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (targets, logs) = (randn(3, 6, 5, float64).softmax(-1), randn(3, 6, 5, float64).log_softmax(-1));
        bool[] mask = [true, true, false, false, false, true, .. new bool[6], false, true, false, false, false, false];
        var masked = MaskedPatches.Of(mask, 3, CPU);
        var sum = 0.0;
        for (var view = 0; view < 3; view++)
        {
            var places = Enumerable.Range(0, 6).Where(place => mask[(view * 6) + place]).ToArray();
            sum += places.Length == 0 ? 0 : places.Average(place => -(targets[view, place] * logs[view, place]).sum().item<double>());
        }

        Assert.AreEqual(sum / 3, masked.CrossEntropy(masked.Take(targets), masked.Take(logs)).item<double>(), 1e-7);
    }

    [TestMethod]
    public void Mask_OfABatch_CoversHalfOfTheViewsByRatiosFromTheRange()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch([Global, Global], 32);
        var masked = MaskedPatches.Draw(batch, TestSteps.At(0), 2, (8, 8), new() { SmallestBlock = 1 });
        var counts = masked.Mask.sum(1).data<long>().ToArray();
        Assert.HasCount(64, counts);
        Assert.AreEqual(32, counts.Count(count => count > 0));
        Assert.IsTrue(counts.All(count => count <= 32), "at most half of the patches");
        Assert.IsGreaterThan(24, counts.Max());
        Assert.IsLessThan(12, counts.Where(count => count > 0).Min());
        Assert.AreEqual(32, masked.Weights.sum().item<float>(), 1e-4, "each masked view counts once");
    }

    /// <summary>Every process masks its part of what one process would mask.</summary>
    [TestMethod]
    public void Mask_OnReplicas_IsThatOfOne()
    {
        using var scope = NewDisposeScope();
        var whole = Masks(SingleReplica.Instance);
        var parts = ThreadReplicas.Run(4, Masks);
        for (var view = 0; view < 2; view++)
        {
            for (var image = 0; image < 8; image++)
            {
                CollectionAssert.AreEqual(whole[(view * 8) + image], parts[image / 2][(view * 2) + (image % 2)], $"view {view}, image {image}");
            }
        }

        static bool[][] Masks(IReplicas replicas)
        {
            using var scope = NewDisposeScope();
            var n = 8 / replicas.Count;
            var batch = new ViewBatch([zeros(n, 1, 16, 16)], [.. Enumerable.Range(replicas.Rank * n, n).Select(i => (long)i)]);
            var mask = MaskedPatches.Draw(batch, TestSteps.At(0, replicas: replicas), 2, (4, 4), new());
            return [.. mask.Mask.data<bool>().ToArray().Chunk(16)];
        }
    }

    [TestMethod]
    public void KoLeo_OfTheHandComputedExample_IsMinusHalfOfLn2()
    {
        using var scope = NewDisposeScope();
        var square = tensor(new double[,] { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } });
        Assert.AreEqual(-0.5 * Math.Log(2), KoLeo.Loss(square, SingleReplica.Instance).item<double>(), 1e-7);
    }

    /// <summary>Whoever sets another option of the head keeps DINOv2's own prototypes.</summary>
    [TestMethod]
    [DataRow(null, true)]
    [DataRow(false, false)]
    public void Prototypes_OfAHeadThatSaysNothing_HaveTrainedLengths(bool? said, bool expected)
    {
        using var objective = New(Small with { Head = Head with { TrainLength = said } });
        Assert.AreEqual(expected, objective.get_parameter("student.head.last_layer.weight_g")!.requires_grad);
    }

    [TestMethod]
    public void Objective_WithoutAClassToken_IsRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => new Dinov2Objective(Small, new TestBackbones(() => new VisionTransformer(
            new() { ImageSize = 16, PatchSize = 4, Dimension = 8, Depth = 1, Heads = 2, ClassToken = false, Pooling = TokenPooling.Mean }, new DataInfo(4, 1)))));
        StringAssert.Contains(error.Message, "\"classToken\"");
    }

    private static Dinov2Objective New(Dinov2Options options) => new(options, Backbones());

    private static TestBackbones Backbones() => new(() => new VisionTransformer(
        new() { ImageSize = 16, PatchSize = 4, Dimension = 8, Depth = 2, Heads = 2 }, new DataInfo(4, 1)));
}
