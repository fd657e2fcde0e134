using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Plugins.MAE;
using SslFramework.Testing;
using SslFramework.Tests.Testing;

namespace SslFramework.Tests.Plugins.MAE;

[TestClass]
public class MaeObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    private static readonly VisionTransformerOptions Encoder = new()
    {
        ImageSize = 8,
        PatchSize = 2,
        Dimension = 16,
        Depth = 2,
        Heads = 2,
        Positions = PositionKind.SinCosMae,
        Initialization = TransformerInitialization.Mae,
    };

    private static readonly VisionTransformerOptions WithoutClassToken = Encoder with { ClassToken = false, Pooling = TokenPooling.Mean };

    private static readonly MaeOptions Options = new() { DecoderDimension = 8, DecoderDepth = 1, DecoderHeads = 2 };

    [TestMethod]
    [DataRow(true, true, false)]
    [DataRow(false, true, false)]
    [DataRow(true, false, false)]
    [DataRow(true, true, true)]
    public void Objective_Contract_Holds(bool classToken, bool normalizePixels, bool maskTokensInEncoder) =>
        new ObjectiveContract(
            () => New(
                classToken ? Encoder : WithoutClassToken,
                Options with { NormalizePixels = normalizePixels, MaskTokensInEncoder = maskTokensInEncoder }),
            views: 1,
            Shape)
        {
        }.VerifyAll();

    [TestMethod]
    public void Objective_EveryMaskSampling_HoldsItsContract()
    {
        foreach (var sampling in Enum.GetValues<MaskSampling>())
        {
            new ObjectiveContract(() => New(Encoder, Options with { MaskSampling = sampling }), views: 1, Shape).VerifyAll();
        }
    }

    [TestMethod]
    public void Removed_ByGrid_KeepsTheFirstOfEachSquareOfFour()
    {
        using var scope = NewDisposeScope();
        var kept = Removed(Encoder, Options with { MaskSampling = MaskSampling.Grid }).logical_not().view(3, 4, 4);
        Assert.AreEqual(3 * 4, kept.sum(ScalarType.Int64).ToInt64());
        Assert.IsTrue(kept.slice(1, 0, 4, 2).slice(2, 0, 4, 2).all().ToBoolean());
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.75)]
    public void Removed_ByBlocks_IsAsManyInRectangles(double ratio)
    {
        using var scope = NewDisposeScope();
        const int grid = 14;
        var encoder = Encoder with { ImageSize = 2 * grid };
        var removed = Removed(encoder, Options with { MaskSampling = MaskSampling.Block, MaskRatio = ratio }).view(3, grid, grid);
        var random = Removed(encoder, Options with { MaskRatio = ratio }).view(3, grid, grid);
        Assert.AreEqual(3 * ratio * grid * grid, removed.sum(ScalarType.Int64).ToInt64());
        Assert.IsLessThan(0.7 * Edges(random), Edges(removed)); // neighbors of which one is removed

        static double Edges(Tensor mask) => mask.slice(1, 1, grid, 1).ne(mask.slice(1, 0, grid - 1, 1)).sum(ScalarType.Int64).ToInt64();
    }

    [TestMethod]
    public void Construct_GridOfAnotherRatio_IsRefusedWithTheRatioThatFits()
    {
        var encoder = Encoder with { ImageSize = 14 }; // 7 × 7 patches
        var options = Options with { MaskSampling = MaskSampling.Grid };
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(encoder, options));
        StringAssert.Contains(error.Message, "16 of 49 patches: \"maskRatio\" must be 0.663");
        New(encoder, options with { MaskRatio = 0.663 });
    }

    [TestMethod]
    [DataRow(14, 0.75, 49)] // 196 patches
    [DataRow(14, 0.7, 58)]
    [DataRow(14, 0.9, 19)]
    [DataRow(8, 0.75, 16)]
    [DataRow(7, 0.75, 12)]
    public void Encoder_SeesTheKeptPatchesAndTheClassToken_Alone(int grid, double ratio, int kept)
    {
        using var scope = NewDisposeScope();
        foreach (var encoder in new[] { Encoder, WithoutClassToken })
        {
            var objective = New(encoder with { ImageSize = 2 * grid }, Options with { MaskRatio = ratio });
            var (latent, prediction, removed) = objective.Reconstruct(zeros(3, 1, 2 * grid, 2 * grid), rand(3, grid * grid));

            CollectionAssert.AreEqual(new long[] { 3, objective.Backbone.PrefixTokens + kept, 16 }, latent.shape);
            CollectionAssert.AreEqual(new long[] { 3, grid * grid, 4 }, prediction.shape);
            Assert.AreEqual(3 * ((grid * grid) - kept), removed.sum().ToInt32());
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Prediction_ChangedPixelsOfRemovedPatches_IsTheSame(bool maskTokensInEncoder)
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options with { MaskTokensInEncoder = maskTokensInEncoder });
        var (images, noise) = (randn(2, 1, 8, 8), rand(2, 16));
        var (_, prediction, removed) = objective.Reconstruct(images, noise);
        var hidden = Patches.Join(removed.unsqueeze(2).expand(2, 16, 4), 4, 2); // [2, 1, 8, 8]

        Assert.IsTrue(objective.Reconstruct(where(hidden, 9f, images), noise).Prediction.eq(prediction).all().ToBoolean());
        Assert.IsFalse(objective.Reconstruct(where(hidden, images, 9f), noise).Prediction.eq(prediction).all().ToBoolean());
    }

    [TestMethod]
    public void Reconstruct_MaskTokensInEncoder_EncodesAllPatchesWithATokenOfTheEncoder()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options with { MaskTokensInEncoder = true });

        CollectionAssert.AreEqual(new long[] { 2, 1 + 16, 16 }, objective.Reconstruct(zeros(2, 1, 8, 8), rand(2, 16)).Latent.shape);
        CollectionAssert.AreEqual(new long[] { 1, 1, 16 }, objective.state_dict()["mask_token"].shape);
        CollectionAssert.AreEqual(new long[] { 1, 1, 8 }, New(Encoder, Options).state_dict()["mask_token"].shape);
    }

    [TestMethod]
    public void Loss_OtherPredictionOfVisiblePatches_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options);
        var images = randn(2, 1, 8, 8);
        var (_, prediction, removed) = objective.Reconstruct(images, rand(2, 16));
        var loss = objective.Loss(prediction, images, removed).item<float>();
        var mask = removed.unsqueeze(2);

        Assert.AreEqual(loss, objective.Loss(where(mask, prediction, 9f), images, removed).item<float>());
        Assert.AreNotEqual(loss, objective.Loss(where(mask, 9f, prediction), images, removed).item<float>());
    }

    [TestMethod]
    [DataRow(true, 11.0 / 12)] // (P − 1) / P: the variance is unbiased
    [DataRow(false, 736.1667)]
    public void Loss_OfPredictingNothing_IsTheTargetsMeanSquare(bool normalizePixels, double expected)
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder with { ImageSize = 4, Channels = 3 }, Options with { NormalizePixels = normalizePixels });
        var removed = tensor(new[] { false, true, true, false }).unsqueeze(0);

        var loss = objective.Loss(zeros(1, 4, 12), arange(48, float32).reshape(1, 3, 4, 4), removed);

        Assert.AreEqual(expected, loss.item<float>(), 1e-4);
    }

    [TestMethod]
    public void Loss_OfPatchesOfOneColor_IsFinite()
    {
        using var scope = NewDisposeScope();
        var result = New(Encoder, Options).ComputeLoss(new ViewBatch([zeros(2, 1, 8, 8)], [0, 1]), TestSteps.At(0));
        Assert.IsTrue(float.IsFinite(result.Loss.item<float>()));
    }

    [TestMethod]
    [DataRow(32, 4, 96, 20)]
    [DataRow(224, 16, 512, 1)]
    public void FirstLoss_IsVarianceOfTheDecoderAndOfTheTarget(int imageSize, int patchSize, int decoderDimension, int seeds)
    {
        var encoder = Encoder with { ImageSize = imageSize, PatchSize = patchSize, Channels = 3, Dimension = 192, Heads = 3 };
        var options = Options with { DecoderDimension = decoderDimension };
        var images = TestSteps.Batch(1, new ViewShape(3, imageSize, imageSize), 4);
        var loss = Enumerable.Range(0, seeds).Average(seed =>
        {
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            manual_seed(seed);
            return New(encoder, options).ComputeLoss(images, TestSteps.At(0)).Loss.item<float>();
        });

        // Xavier's weights have the variance 2 / (D + P), and a normed token D values of variance 1.
        var pixels = 3.0 * patchSize * patchSize;
        Assert.AreEqual((2 * decoderDimension / (decoderDimension + pixels)) + ((pixels - 1) / pixels), loss, 0.15);
    }

    [TestMethod]
    public void FirstLoss_UnderBFloat16_IsFloat32AndAlmostTheSame()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options);
        var batch = TestSteps.Batch(1, Shape, 8);
        var expected = objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>();

        using var half = Autocast.On(DeviceType.CPU, ScalarType.BFloat16);
        var loss = objective.ComputeLoss(batch, TestSteps.At(0)).Loss;

        Assert.AreEqual(float32, loss.dtype);
        Assert.AreEqual(expected, loss.item<float>(), 0.02);
    }

    [TestMethod]
    public void ComputeLoss_ImagesOfAnotherSize_NamesBothSizes()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(Encoder, Options).Reconstruct(zeros(1, 1, 8, 10), rand(1, 16)));
        StringAssert.Contains(error.Message, "takes images of 8 × 8, as \"backbone\" does, but got 8 × 10");
    }

    [TestMethod]
    public void DecoderPositions_FirstHalf_TellsTheColumn()
    {
        using var objective = New(Encoder with { ImageSize = 6 }, Options with { DecoderDimension = 16 });
        using var token = objective.state_dict()["decoder_pos_embed"][0, 2]; // class token, then column 0 and column 1 of row 0
        using var expected = tensor(new[] { 0.841f, 0.1f, 0.01f, 0.001f, 0.54f, 0.995f, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1 });

        Assert.IsTrue(token.allclose(expected, atol: 1e-3));
    }

    [TestMethod]
    public void Figures_NothingPredicted_ShowsTheMeanOfRemovedPatchesBesideVisibleOnes()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options);
        foreach (var (name, parameter) in objective.named_parameters().Where(p => p.name.StartsWith("decoder_pred", StringComparison.Ordinal)))
        {
            nn.init.zeros_(parameter);
        }

        var levels = arange(3 * 64).reshape(3, 1, 8, 8).to(float32); // 0 … 191 in three pictures of one batch
        var batch = new ViewBatch([(levels - 100) / 50], [0, 1, 2]);
        using var inner = NewDisposeScope();
        var figure = objective.DrawFigures(batch, TestSteps.At(0)).Single();
        Assert.AreEqual(1, inner.DisposablesCount, "only the pictures are left");

        CollectionAssert.AreEqual(new long[] { 3, 3, 1, 8, 8 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
        Assert.HasCount(3, figure.ColumnTitles);
        var (original, seen, painted) = (Column(0), Column(1), Column(2)); // [3, 16, 4]
        var expected = Patches.Split(levels, 2) * 255 / 191;
        var hidden = PatchMask.Draw(TestSteps.At(0).Random.Uniform(batch, 16), 4).Removed.unsqueeze(2);
        Assert.IsTrue(original.allclose(expected, 0, 0.51), "the recipe's normalization is undone");
        Assert.IsTrue(seen.allclose(where(hidden, 128f, expected), 0, 0.51), "removed patches are gray");
        Assert.IsTrue(painted.allclose(where(hidden, expected.mean([2], keepdim: true), expected), 0, 0.51), "visible patches are pasted");

        Tensor Column(int column) => Patches.Split(figure.Pictures.select(1, column).to(float32), 2);
    }

    [TestMethod]
    public void Constructor_SizesThatDoNotFit_SaysWhichAndWhere()
    {
        AssertRefused(Options with { MaskRatio = 0.99 }, "\"maskRatio\" leaves 0 of 16 patches");
        AssertRefused(Options with { MaskRatio = 1e-20 }, "\"maskRatio\" leaves 16 of 16 patches");
        AssertRefused(Options with { DecoderDimension = 10 }, "\"decoderDimension\" 10");
        AssertRefused(Options with { DecoderHeads = 3 }, "\"decoderHeads\" 3");
        AssertRefused(Options, "\"normalizePixels\": false", Encoder with { PatchSize = 1 });
        var error = Assert.ThrowsExactly<ExperimentException>(() => new MaeObjective(Options, new TestBackbones(() => new TestBackbone())));
        StringAssert.Contains(error.Message, "ITokenBackbone");

        static void AssertRefused(MaeOptions options, string because, VisionTransformerOptions? encoder = null)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => New(encoder ?? Encoder, options));
            Assert.AreEqual(FailureKind.Config, error.Kind);
            StringAssert.Contains(error.Message, because);
        }
    }

    [TestMethod]
    public void Training_ThirtyTwoImages_AreLearnedByHeart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Encoder with { Dimension = 64, Heads = 4 }, Options with { DecoderDimension = 64, DecoderHeads = 4 });
        var optimizer = optim.AdamW(objective.parameters().Where(p => p.requires_grad).ToArray(), 3e-3, 0.9, 0.95);
        var images = Waves(32);
        var loss = double.NaN;
        for (var step = 0; step < 370; step++)
        {
            using var inner = NewDisposeScope();
            var result = objective.ComputeLoss(new ViewBatch([images], [.. Enumerable.Range(0, 32).Select(i => (long)i)]), TestSteps.At(step));
            objective.zero_grad();
            result.Loss.backward();
            optimizer.step();
            loss = result.Loss.item<float>();
        }

        Assert.IsLessThan(0.3, loss);
    }

    /// <summary>Pictures of one wave each: what is removed follows from what is seen.</summary>
    private static Tensor Waves(int count)
    {
        var axis = arange(8, float32);
        var (x, y) = (axis.reshape(1, 1, 8), axis.reshape(1, 8, 1));
        Tensor Draw(double low, double high) => rand(count, 1, 1).mul(high - low).add(low);
        return ((Draw(-0.5, 0.5) * x) + (Draw(-0.5, 0.5) * y) + Draw(0, 2 * Math.PI)).sin().unsqueeze(1); // [N, 1, 8, 8]
    }

    private static Tensor Removed(VisionTransformerOptions encoder, MaeOptions options)
    {
        var side = encoder.ImageSize;
        var (objective, batch) = (New(encoder, options), new ViewBatch([zeros(3, 1, side, side)], [0, 1, 2]));
        return objective.Reconstruct(batch.Single(), objective.Noise(batch, TestSteps.At(0).Random)).Removed;
    }

    private static MaeObjective New(VisionTransformerOptions encoder, MaeOptions options) =>
        new(options, new TestBackbones(() => new VisionTransformer(encoder, new DataInfo(100, encoder.Channels ?? 1))));
}
