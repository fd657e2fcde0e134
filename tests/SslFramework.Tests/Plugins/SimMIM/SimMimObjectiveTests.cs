using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.SimMIM;
using SslFramework.Plugins.Swin;
using SslFramework.Testing;
using SslFramework.Tests.Testing;

namespace SslFramework.Tests.Plugins.SimMIM;

[TestClass]
public class SimMimObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 16, 16);
    private static readonly DataInfo Data = new(100, 1);
    private static readonly SimMimOptions Options = new() { MaskCell = 4 };

    private static readonly VisionTransformerOptions Vit = new()
    {
        ImageSize = 16,
        PatchSize = 4,
        Dimension = 16,
        Depth = 2,
        Heads = 2,
        RelativePositions = RelativePositionKind.Shared,
        Positions = PositionKind.None,
        QkvBias = QkvBias.QueryValue,
        LayerScale = 0.1,
    };

    private static readonly SwinOptions Swin = new() { PatchSize = 2, WindowSize = 4, Width = 8, HeadDimension = 4, BlocksPerStage = [2, 1] };

    [TestMethod]
    public void Objective_OnAVisionTransformer_KeepsItsContract() => new ObjectiveContract(OnVit, views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Objective_OnASwinTransformer_KeepsItsContract() => new ObjectiveContract(OnSwin, views: 1, Shape).VerifyAll();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Prediction_ChangedPixelsOfHiddenCells_IsTheSame(bool onSwin)
    {
        using var scope = NewDisposeScope();
        var objective = onSwin ? OnSwin() : OnVit();
        var (images, hidden) = (randn(2, 1, 16, 16), rand(2, 4, 4).gt(0.4));
        var (maps, prediction) = objective.Reconstruct(images, hidden);
        var pixels = Pixels(hidden);

        CollectionAssert.AreEqual(images.shape, prediction.shape);
        CollectionAssert.AreEqual(new long[] { 2, 16, 4, 4 }, maps.shape);
        Assert.IsTrue(objective.Reconstruct(where(pixels, 9f, images), hidden).Prediction.eq(prediction).all().ToBoolean());
        Assert.IsFalse(objective.Reconstruct(where(pixels, images, 9f), hidden).Prediction.eq(prediction).all().ToBoolean());
    }

    /// <summary>Without hidden patches, masked encoding is encoding.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EncodeMasked_NothingHidden_GivesTheFeatures(bool onSwin)
    {
        using var scope = NewDisposeScope();
        IMaskableBackbone backbone = onSwin
            ? new SwinTiny(Swin, Data)
            : new VisionTransformer(Vit with { Pooling = TokenPooling.Mean, Positions = PositionKind.Learned, RelativePositions = default }, Data);
        var images = randn(2, 1, 16, 24);
        var patches = 16 * 24 / (backbone.PatchSize * backbone.PatchSize);

        var maps = backbone.EncodeMasked(images, zeros(2, patches, ScalarType.Bool), ones(1, 1, backbone.EmbeddedDimension));

        CollectionAssert.AreEqual(new long[] { 2, 16, 16 / backbone.EncodedStride, 24 / backbone.EncodedStride }, maps.shape);
        Assert.IsTrue(backbone.Forward(images).allclose(maps.mean([2, 3]), 1e-5, 1e-6));
    }

    [TestMethod]
    public void Loss_OfHiddenPixels_IsBlindToTheOthersAndZeroForTheImageItself()
    {
        using var scope = NewDisposeScope();
        var objective = OnVit();
        var (images, hidden) = (randn(2, 1, 16, 16), rand(2, 4, 4).gt(0.4));
        Assert.AreEqual(0, objective.Loss(where(Pixels(hidden), images, 9f), images, hidden).item<float>());
        var expected = images.abs().masked_select(Pixels(hidden)).mean().item<float>();
        Assert.AreEqual(expected, objective.Loss(zeros_like(images), images, hidden).item<float>(), 1e-5f);
    }

    /// <summary>Whole cells are hidden, as many of each image, and pixels of normalized images have a mean absolute value of 0.8.</summary>
    [TestMethod]
    public void ComputeLoss_OfOneStep_HidesTheRoundedUpShareOfCells()
    {
        using var scope = NewDisposeScope();
        using var objective = new SimMimObjective(Options with { MaskCell = 8, MaskRatio = 0.6 }, new TestBackbones(() => new VisionTransformer(Vit, Data)));
        foreach (var parameter in objective.named_parameters().Where(p => p.name.StartsWith("decoder", StringComparison.Ordinal)))
        {
            nn.init.zeros_(parameter.parameter);
        }

        var result = objective.ComputeLoss(TestSteps.Batch(1, Shape, 64), TestSteps.At(0));

        Assert.AreEqual(0.75f, result.Metrics.Single(metric => metric.Name == "maskFraction").Value.item<float>()); // 3 of 4, not 2.4
        Assert.AreEqual(Math.Sqrt(2 / Math.PI), result.Loss.item<float>(), 0.02);
    }

    [TestMethod]
    public void Decoder_Channels_AreThoseOfAPixelOneAfterTheOther()
    {
        using var scope = NewDisposeScope();
        using var objective = OnVit();
        var bias = objective.get_parameter("decoder.0.bias")!;
        nn.init.zeros_(objective.get_parameter("decoder.0.weight")!);
        using (no_grad())
        {
            bias.copy_(arange(16));
        }

        var prediction = objective.Reconstruct(zeros(1, 1, 16, 16), zeros(1, 4, 4, ScalarType.Bool)).Prediction;
        Assert.IsTrue(prediction.Equals(arange(16, float32).view(4, 4).repeat(4, 4).view(1, 1, 16, 16)));
    }

    [TestMethod]
    public void Objective_WhatDoesNotFit_IsSaidInASentence()
    {
        AssertRefused("\"maskCell\" is 6, which is not a multiple of the backbone's patches of 4 pixels", Options with { MaskCell = 6 });
        AssertRefused("no multiples of \"maskCell\" 12", Options with { MaskCell = 12 });
        AssertRefused("16 cells would all be hidden by \"maskRatio\" 0.99", Options with { MaskRatio = 0.99 });
        var error = Assert.ThrowsExactly<ExperimentException>(() => new SimMimObjective(Options, new TestBackbones(() => new TestBackbone())));
        StringAssert.Contains(error.Message, "IMaskableBackbone");

        static void AssertRefused(string because, SimMimOptions options)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() =>
                new SimMimObjective(options, new TestBackbones(() => new VisionTransformer(Vit, Data)))
                    .ComputeLoss(TestSteps.Batch(1, Shape, 2), TestSteps.At(0)));
            StringAssert.Contains(error.Message, because);
        }
    }

    [TestMethod]
    public void Figures_OfABatch_ShowHiddenCellsGrayAndSeenOnesAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, Shape, 3);
        var pictures = OnVit().DrawFigures(batch, TestSteps.At(0)).Single().Pictures;
        CollectionAssert.AreEqual(new long[] { 3, 3, 1, 16, 16 }, pictures.shape);
        var (original, seen, painted) = (pictures.select(1, 0), pictures.select(1, 1), pictures.select(1, 2));
        var isHidden = seen.ne(original);
        Assert.AreEqual(10 / 16.0, isHidden.to(float32).mean().item<float>(), 0.02);
        Assert.IsTrue(seen.masked_select(isHidden).eq(128).all().ToBoolean());
        Assert.IsTrue(painted.masked_select(~isHidden).eq(original.masked_select(~isHidden)).to(float32).mean().item<float>() > 0.98);
    }

    private static Tensor Pixels(Tensor hidden) => hidden.repeat_interleave(4, dim: 1).repeat_interleave(4, dim: 2).unsqueeze(1);

    private static SimMimObjective OnVit() => new(Options, new TestBackbones(() => new VisionTransformer(Vit, Data)));

    private static SimMimObjective OnSwin() => new(Options, new TestBackbones(() => new SwinTiny(Swin, Data)));
}
