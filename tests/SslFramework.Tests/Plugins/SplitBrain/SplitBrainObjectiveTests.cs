using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Streams;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.SplitBrain;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.DeepCluster;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SplitBrain;

[TestClass]
public class SplitBrainObjectiveTests
{
    private static readonly ViewShape Shape = new(3, 16, 16);
    private static readonly DataInfo Data = new(4, 3) { Views = [Shape], Range = ValueRange.Unit };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(new()), views: 1, Shape).VerifyAll();

    [TestMethod]
    public void FirstLoss_OfUntrainedHeads_IsThatOfGuesses()
    {
        using var scope = NewDisposeScope();
        var objective = New(new());
        Zero(objective, "colors");
        Zero(objective, "lightness");
        Assert.AreEqual(10.351373, Compute(objective, rand(4, 3, 16, 16)).Loss.ToDouble(), 1e-5); // ln 313 + ln 100
    }

    /// <summary>Every place by itself, in loops.</summary>
    [TestMethod]
    public void Loss_OfABatch_IsThatOfALiteralVersion()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new() { TargetStride = 8, LightnessBins = 20 });
        var images = rand(2, 3, 16, 16);
        images[1].fill_(1); // white: of the last class of lightness
        var (lab, centers) = (Lab.FromRgb(images), ColorBins.Centers(float32, CPU));
        var state = objective.state_dict();
        var (first, second) = objective.Backbone.Split(images);
        var colors = nn.functional.conv2d(objective.Backbone.ForwardFirst(first)[^1], state["colors.weight"], state["colors.bias"]); // [2, 313, 8, 8]
        var levels = nn.functional.conv2d(objective.Backbone.ForwardSecond(second)[^1], state["lightness.weight"], state["lightness.bias"]);
        var (colorLoss, lightnessLoss) = (0.0, 0.0);
        for (var place = 0; place < 8; place++)
        {
            var (n, y, x) = (place / 4, place / 2 % 2, place % 2);
            var color = (centers - lab[n, 1.., 8 * y, 8 * x]).square().sum([1]).argmin().ToInt64();
            var level = Math.Min((int)Math.Floor(lab[n, 0, 8 * y, 8 * x].ToSingle() / 5), 19);
            colorLoss -= colors[n, TensorIndex.Colon, 4 * y, 4 * x].log_softmax(0)[color].ToDouble() / 8;
            lightnessLoss -= levels[n, TensorIndex.Colon, 4 * y, 4 * x].log_softmax(0)[level].ToDouble() / 8;
        }

        var result = Compute(objective, images);
        var metrics = result.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        Assert.AreEqual(colorLoss, metrics["colorLoss"], 1e-4);
        Assert.AreEqual(lightnessLoss, metrics["lightnessLoss"], 1e-4);
        Assert.AreEqual(colorLoss + lightnessLoss, result.Loss.ToDouble(), 1e-4);
    }

    /// <summary>Neither half learns from the other's task.</summary>
    [TestMethod]
    public void Gradients_OfAHalf_AreThoseOfItsOwnTask()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new());
        var images = rand(4, 3, 16, 16);
        var before = Gradients();
        Zero(objective, "lightness"); // no gradient reaches the second half any more
        var after = Gradients();
        Assert.IsTrue(before["backbone.first.conv1.weight"].eq(after["backbone.first.conv1.weight"]).all().ToBoolean());
        Assert.IsTrue(before["backbone.second.conv1.weight"].abs().sum().ToDouble() > 0);
        Assert.IsTrue(after["backbone.second.conv1.weight"].eq(0).all().ToBoolean());

        Dictionary<string, Tensor> Gradients()
        {
            objective.zero_grad();
            Compute(objective, images).Loss.backward();
            return objective.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        }
    }

    [TestMethod]
    public void FirstHalf_OfImagesWithoutTheirColors_GivesTheSame()
    {
        using var scope = NewDisposeScope();
        var objective = New(new());
        var colors = (rand(2, 3, 16, 16) * 0.5) + 0.25;
        var lab = Lab.FromRgb(colors);
        lab[TensorIndex.Colon, 1..].zero_();
        var gray = Lab.ToRgb(lab);
        var (a, b) = (objective.Backbone.Split(colors).First, objective.Backbone.Split(gray).First);
        Assert.IsLessThan(1e-5, (a - b).abs().max().ToDouble());
        Assert.IsGreaterThan(0.01, (objective.Backbone.Split(colors).Second - objective.Backbone.Split(gray).Second).abs().max().ToDouble());
    }

    /// <summary>The authors' network: an AlexNet of two halves, of which nothing is shared.</summary>
    [TestMethod]
    [DataRow(1, 934_240)]
    [DataRow(2, 940_048)]
    public void HalfOfThePaper_HasTheAuthorsNumberOfParameters(int channels, int expected)
    {
        using var scope = NewDisposeScope();
        var half = new AlexNet(new AlexNetOptions { Maps = [48, 128, 192, 192, 128], Groups = [1, 1, 1, 1, 1], FullyConnected = [] }, new DataInfo(1, channels));
        Assert.AreEqual(expected, half.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Build_WhatDoesNotGoTogether_IsRefusedWithARemedy()
    {
        Assert.Contains("the data is gray", Refusal(() => New(new(), Data with { Channels = 1 })));
        Assert.Contains("'normalize'", Refusal(() => New(new(), Data with { Range = null })));
        Assert.Contains("\"space\": \"lab\"", Refusal(() => New(new(), space: StreamSpace.Laplacian)));

        static string Refusal(Func<object> build) => Assert.ThrowsExactly<ExperimentException>(() => build()).Message;
    }

    [TestMethod]
    public void Figure_OfViews_ShowsWhatEachHalfSeesAndAdds()
    {
        using var scope = NewDisposeScope();
        var views = rand(2, 3, 16, 16);
        var figure = New(new()).DrawFigures(new ViewBatch([views], [0, 1]), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 2, 5, 3, 16, 16 }, figure.Pictures.shape);
        Assert.HasCount(5, figure.ColumnTitles);
        var seen = figure.Pictures.select(1, 0).to(int32);
        Assert.IsLessThan(2, (seen.amax([1]) - seen.amin([1])).max().ToInt32(), "gray");
        Assert.IsTrue(figure.Pictures.select(1, 4).eq(views.mul(255).round().to(uint8)).all().ToBoolean());
    }

    [TestMethod]
    public void Training_OnColorsThatLightnessTells_LearnsBoth()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new());
        var images = ones(8, 3, 16, 16) * tensor(new[] { 1, 1, 0.0f }).view(1, 3, 1, 1);
        images[4..] = tensor(new[] { 0, 0, 0.8f }).view(1, 3, 1, 1) * ones(4, 3, 16, 16);
        var batch = new ViewBatch([images], [.. Enumerable.Range(0, 8)]);
        Overfitting.Loss(objective, batch, steps: 30, learningRate: 1e-2);
        var metrics = objective.ComputeLoss(batch, TestSteps.At(0)).Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        Assert.IsGreaterThan(0.9, metrics["colorAccuracy"]);
        Assert.IsLessThan(5, metrics["lightnessError"]);
    }

    private static StepResult Compute(SplitBrainObjective objective, Tensor images) =>
        objective.ComputeLoss(new ViewBatch([images], [.. Enumerable.Range(0, (int)images.shape[0])]), TestSteps.At(0));

    private static void Zero(SplitBrainObjective objective, string head)
    {
        using var gradient = no_grad();
        objective.get_parameter($"{head}.weight")!.zero_();
        objective.get_parameter($"{head}.bias")!.zero_();
    }

    private static SplitBrainObjective New(SplitBrainOptions options, DataInfo? data = null, StreamSpace space = StreamSpace.Lab)
    {
        var half = new ResNetOptions { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1] };
        var component = new Component<IBackbone>(new ComponentDescriptor("half", typeof(IBackbone), typeof(ResNet18), typeof(ResNetOptions)), half);
        return new(
            options,
            new TestBackbones(() => new ColorStreams(new ColorStreamsOptions { Half = component, Space = space }, new InnerNetworks(), new DataInfo(10, 3))),
            data ?? Data);
    }
}
