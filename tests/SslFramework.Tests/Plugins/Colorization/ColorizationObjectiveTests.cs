using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.Colorization;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.DeepCluster;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Colorization;

[TestClass]
public class ColorizationObjectiveTests
{
    private static readonly ViewShape Shape = new(3, 16, 16);
    private static readonly ResNetOptions Small = new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1] };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(new()), views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Backbone_OfAResidualNetwork_KeepsTheContract() => new BackboneContract(() => NewBackbone(Small), Shape).Verify();

    /// <summary>Every place weighed by itself, in loops.</summary>
    [TestMethod]
    public void Loss_OfABatch_IsThatOfALiteralVersion()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new() { TargetStride = 8 });
        var images = rand(2, 3, 16, 16);
        images[1] = images[1, ..1].expand(3, 16, 16); // gray
        var state = objective.state_dict();
        var maps = objective.Backbone.ForwardLayers(images)[^1]; // [2, 8, 8, 8], whose places 0 and 4 are those of pixels 0 and 8
        var logits = nn.functional.conv2d(maps, state["head.weight"], state["head.bias"]);
        var (lab, centers) = (SslFramework.Core.Augmentations.Batched.Lab.FromRgb(images), ColorBins.Centers(float32, CPU));
        var weights = ColorPrior.Weights(state["prior"], 0.5);
        var (loss, unweighted) = (0.0, 0.0);
        for (var place = 0; place < 8; place++)
        {
            var (n, y, x) = (place / 4, place / 2 % 2, place % 2);
            var squares = (centers - lab[n, 1.., 8 * y, 8 * x]).square().sum([1]).data<float>().Select((square, bin) => (Square: (double)square, Bin: bin));
            var near = squares.Order().Take(10).ToArray();
            var sum = near.Sum(one => Math.Exp(-one.Square / 50));
            var log = logits[n, TensorIndex.Colon, 4 * y, 4 * x].log_softmax(0);
            var divergence = near.Sum(one => Math.Exp(-one.Square / 50) / sum is var share ? share * (Math.Log(share) - log[one.Bin].ToDouble()) : 0);
            unweighted += divergence / 8;
            loss += n == 1 ? 0 : divergence * weights[near[0].Bin].ToDouble() / 8;
        }

        var result = objective.ComputeLoss(new ViewBatch([images], [0, 1]), TestSteps.At(0));
        var metrics = result.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        Assert.AreEqual(loss, result.Loss.ToDouble(), 1e-4 * loss);
        Assert.AreEqual(unweighted, metrics["divergence"], 1e-4 * unweighted);
        Assert.AreEqual(0.5, metrics["colorfulImages"]);
    }

    [TestMethod]
    public void Loss_OfGrayImages_HasNoGradient()
    {
        using var scope = NewDisposeScope();
        var objective = New(new());
        objective.ComputeLoss(new ViewBatch([rand(4, 1, 16, 16).expand(4, 3, 16, 16)], [0, 1, 2, 3]), TestSteps.At(0)).Loss.backward();
        Assert.IsTrue(objective.parameters().All(parameter => parameter.grad!.eq(0).all().ToBoolean()));
    }

    /// <summary>Of the head's logits, nothing tells of the colors.</summary>
    [TestMethod]
    public void Maps_OfOtherColorsOfEqualLightness_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var backbone = NewBackbone(Small);
        backbone.eval();
        var colors = rand(1, 3, 8, 8) * 0.5 + 0.25;
        var gray = SslFramework.Core.Augmentations.Batched.Lab.FromRgb(colors);
        gray[0, 1..].zero_();
        var (one, other) = (backbone.ForwardLayers(colors), backbone.ForwardLayers(SslFramework.Core.Augmentations.Batched.Lab.ToRgb(gray)));
        foreach (var (a, b) in one.Zip(other))
        {
            Assert.IsLessThan(1e-4, (a - b).abs().max().ToDouble());
        }

        CollectionAssert.AreEqual(new long[] { 4, 1, 3, 3 }, backbone.state_dict()["inner.conv1.weight"].shape);
    }

    [TestMethod]
    public void FirstLoss_OfAnUntrainedHead_IsThatOfAGuess()
    {
        using var scope = NewDisposeScope();
        var objective = New(new() { UniformShare = 1 });
        using (no_grad())
        {
            objective.get_parameter("head.weight")!.zero_();
            objective.get_parameter("head.bias")!.zero_();
        }

        var images = ones(2, 3, 16, 16) * tensor(new[] { 1.0f, 0, 0 }).view(1, 3, 1, 1);
        var (_, shares) = ColorBins.Soften(tensor(new[] { 80.0923, 67.2028 }, [1, 2])); // red
        var entropy = -(shares * shares.log()).sum().ToDouble();
        var loss = objective.ComputeLoss(new ViewBatch([images], [0, 1]), TestSteps.At(0)).Loss.ToDouble();
        Assert.AreEqual(5.746203 - entropy, loss, 1e-4); // ln 313
    }

    [TestMethod]
    public void Prior_OfTwoImages_IsTheMeanOfTheirColors()
    {
        using var scope = NewDisposeScope();
        var (shares, colorful) = ColorPrior.Of(new Painted([255, 0, 0], [128, 128, 128]), 10);
        var (bins, expected) = ColorBins.Soften(tensor(new[] { 80.0923, 67.2028, 0, 0 }, [2, 2]));
        Assert.AreEqual(0.5, colorful);
        Assert.AreEqual(1, shares.sum().ToDouble(), 1e-6);
        Assert.AreEqual(expected[0, 0].ToDouble() / 2, shares[bins[0, 0]].ToDouble(), 1e-4);
        Assert.AreEqual(expected[1, 0].ToDouble() / 2, shares[bins[1, 0]].ToDouble(), 1e-4);
        Assert.Contains("Only 33 %", New(new(), new Painted([255, 0, 0], [9, 9, 9], [90, 90, 90])).Warnings.Single());
    }

    [TestMethod]
    public void Build_GrayImages_AreRefusedWithARemedy()
    {
        var gray = new DataInfo(4, 1) { Views = [new ViewShape(1, 16, 16)], Range = ValueRange.Unit };
        foreach (var build in new Func<object>[] { () => New(new(), data: gray), () => New(new(), new Painted([7, 7, 7])), () => NewBackbone(Small, gray) })
        {
            var refused = Assert.ThrowsExactly<ExperimentException>(() => build());
            Assert.AreEqual(FailureKind.Config, refused.Kind);
            Assert.Contains("Colorization predicts colors, and the data is gray; use color images, or \"context-encoder\"", refused.Message);
        }
    }

    [TestMethod]
    public void Build_WhatDoesNotGoTogether_IsRefusedWithARemedy()
    {
        Assert.Contains("'normalize'", Refusal(() => New(new(), data: new DataInfo(4, 3) { Views = [Shape] })));
        Assert.Contains("remove \"channels\"", Refusal(() => NewBackbone(Small with { Channels = 3 })));

        static string Refusal(Func<object> build) => Assert.ThrowsExactly<ExperimentException>(() => build()).Message;
    }

    [TestMethod]
    public void Figure_OfViews_ShowsThemGrayAndColoredAndAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var views = rand(2, 3, 16, 16);
        var figure = New(new()).DrawFigures(new ViewBatch([views], [0, 1]), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 2, 3, 3, 16, 16 }, figure.Pictures.shape);
        var seen = figure.Pictures.select(1, 0).to(int32);
        Assert.IsLessThan(2, (seen.amax([1]) - seen.amin([1])).max().ToInt32(), "gray");
        Assert.IsTrue(figure.Pictures.select(1, 2).eq(views.mul(255).round().to(uint8)).all().ToBoolean());
    }

    /// <summary>Light and dark halves of different colors: lightness tells them.</summary>
    [TestMethod]
    public void Training_OnColorsThatLightnessTells_LearnsThem()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var source = new Painted([255, 255, 0], [0, 0, 200]);
        var objective = New(new(), source);
        var images = ones(8, 3, 16, 16) * tensor(new[] { 1, 1, 0.0f }).view(1, 3, 1, 1);
        images[4..] = (tensor(new[] { 0, 0, 200 / 255.0f }).view(1, 3, 1, 1) * ones(4, 3, 16, 16));
        var batch = new ViewBatch([images], [.. Enumerable.Range(0, 8)]);
        Overfitting.Loss(objective, batch, steps: 30, learningRate: 1e-2);
        var metrics = objective.ComputeLoss(batch, TestSteps.At(0)).Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        Assert.IsGreaterThan(0.9, metrics["accuracy"]);
        Assert.IsLessThan(0.5, metrics["relativeDivergence"]);
    }

    private static ColorizationObjective New(ColorizationOptions options, IDataSource? source = null, DataInfo? data = null) => new(
        options,
        new TestBackbones(() => NewBackbone(Small)),
        data ?? new DataInfo(4, 3) { Views = [Shape], Range = ValueRange.Unit },
        source ?? new Painted([255, 0, 0], [0, 255, 0], [90, 90, 90], [20, 40, 255]));

    private static LightnessBackbone NewBackbone(ResNetOptions inner, DataInfo? data = null)
    {
        var component = new Component<IBackbone>(new ComponentDescriptor("inner", typeof(IBackbone), typeof(ResNet18), typeof(ResNetOptions)), inner);
        return new LightnessBackbone(new LightnessOptions { Inner = component }, new InnerNetworks(), data ?? new DataInfo(10, 3));
    }

    /// <summary>Images of one color each.</summary>
    private sealed class Painted(params byte[][] colors) : IDataSource
    {
        public int Count => colors.Length;

        public int Channels => 3;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
            var pixels = destination.Resize(4, 4, 3);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = colors[index][i % 3];
            }
        }
    }
}
