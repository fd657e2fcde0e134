using System.ComponentModel.DataAnnotations;
using SslFramework.Plugins.ContextEncoder;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.ContextEncoder;

[TestClass]
public class ContextEncoderObjectiveTests
{
    private static readonly ContextEncoderOptions Center = new() { Overlap = 1, DecoderWidth = 8, DiscriminatorWidth = 4 };

    private static readonly ContextEncoderOptions Random = Center with { Hole = HoleKind.Random, HoleCells = 4 };

    private static readonly ContextEncoderOptions Adversarial = Center with { AdversarialWeight = 0.001 };

    public static IEnumerable<object[]> All => [["center", 1], ["random", 3], ["adversarial", 3]];

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Objective_Contract_Holds(string kind, int channels) => new ObjectiveContract(
        () => New(kind == "center" ? Center : kind == "random" ? Random : Adversarial, channels), views: 1, new ViewShape(channels, 16, 16))
        .VerifyAll();

    [TestMethod]
    public void CoveredPixels_OfTheCenter_AreTheMeanColor_AndTheRestStays()
    {
        using var scope = NewDisposeScope();
        var images = rand(4, 3, 16, 16);
        var network = new Recorder(3);
        var objective = New(Center, network);
        objective.ComputeLoss(new ViewBatch([images], [0, 1, 2, 3]), TestSteps.At(0));
        var seen = network.Images!();
        var inner = seen.narrow(2, 5, 6).narrow(3, 5, 6); // the middle 8×8 without its border of one
        Assert.IsLessThan(1e-6, (inner - images.mean([0, 2, 3], keepdim: true)).abs().max().ToDouble());
        Assert.AreEqual(4 * 3 * ((16 * 16) - (6 * 6)), seen.eq(images).sum().ToInt32());
    }

    [TestMethod]
    [DataRow(0.25)]
    [DataRow(0.5)]
    public void RandomHoles_TakeTheirShareOfEveryImage_InOtherPlaces(double share)
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, new ViewShape(1, 32, 32), 20);
        var holes = Holes.Random(batch, new StepRandom(1, 0), cells: 8, share);
        Assert.IsTrue(holes.sum([1, 2, 3]).eq((long)(share * 1024)).all().ToBoolean());
        Assert.IsFalse(holes[0].eq(holes[1]).all().ToBoolean());
        var inside = holes.to(float32);
        var alike = inside.narrow(3, 0, 31).eq(inside.narrow(3, 1, 31)).to(float32).mean().ToDouble();
        Assert.IsGreaterThan(0.85, alike, "blobs, not scattered pixels");
        Assert.IsTrue(holes.any(0).to(float32).mean().ToDouble() > 0.9, "everywhere in one image or another");
    }

    /// <summary>The loss does not see what is neither hidden nor in the border.</summary>
    [TestMethod]
    public void Loss_OfOtherPixelsOutsideOfTheTarget_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var view = zeros(1, 1, 16, 16, requires_grad: true);
        var middle = Holes.MiddleOf(view);
        InpaintingLoss.Reconstruction(ones_like(middle), middle, InpaintingLoss.BorderWeights(middle, 1, 10)).backward();
        var moved = view.grad!.ne(0);
        Assert.AreEqual(64, moved.sum().ToInt32());
        Assert.IsTrue(Holes.MiddleOf(moved).all().ToBoolean());
    }

    /// <summary>A network that fills holes with the mean color has an error of 1 times that of the mean color.</summary>
    [TestMethod]
    [DataRow(HoleKind.Center)]
    [DataRow(HoleKind.Random)]
    public void RelativeError_OfTheMeanColor_IsOne(HoleKind hole)
    {
        using var scope = NewDisposeScope();
        var objective = New((hole == HoleKind.Center ? Center : Random) with { BorderWeight = 1 }, 1);
        var images = rand(4, 1, 16, 16);
        using (no_grad())
        {
            var (name, bias) = objective.named_parameters().Last(p => p.name.StartsWith("decoder.", StringComparison.Ordinal));
            objective.get_parameter(name.Replace("bias", "weight", StringComparison.Ordinal))!.zero_();
            bias.fill_(Math.Atanh((2 * images.mean().ToDouble()) - 1));
        }

        var result = objective.ComputeLoss(new ViewBatch([images], [0, 1, 2, 3]), TestSteps.At(0));
        Assert.AreEqual(1, result.Metrics.Single(metric => metric.Name == "relativeError").Value.ToDouble(), 1e-4);
    }

    /// <summary>
    /// One backward: the generator's loss does not train the discriminator, and the discriminator's loss trains nothing else.
    /// </summary>
    [TestMethod]
    public void Gradients_OfBothNetworks_AreThoseOfTheirOwnLosses()
    {
        using var scope = NewDisposeScope();
        var batch = new ViewBatch([rand(4, 1, 16, 16).to(float64)], [0, 1, 2, 3]);
        var (both, judged, alone) = (Gradients(0.001), Gradients(1e-12), Gradients(0)); // 1e-12: the generator's loss counts for nothing
        foreach (var (name, gradient) in both)
        {
            var (one, other) = name.StartsWith("discriminator.", StringComparison.Ordinal)
                ? (gradient, judged[name]) : (judged[name], alone[name]);
            Assert.IsLessThan(1e-9, (one - other).abs().max().ToDouble(), name);
        }

        Assert.IsTrue(alone.Keys.Any(name => (both[name] - (alone[name] * 0.999)).abs().max().ToDouble() > 1e-9), "the adversarial loss trains the rest");

        Dictionary<string, Tensor> Gradients(double weight)
        {
            manual_seed(2); // the discriminator is made last
            var objective = New(Adversarial with { AdversarialWeight = weight }, 1);
            objective.to(float64);
            objective.ComputeLoss(batch, TestSteps.At(0)).Loss.backward();
            return objective.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        }
    }

    [TestMethod]
    public void FirstLosses_OfTheAdversaries_AreThoseOfGuesses()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Adversarial, 3);
        var metrics = objective.ComputeLoss(new ViewBatch([rand(16, 3, 16, 16)], [.. Enumerable.Range(0, 16)]), TestSteps.At(0)).Metrics
            .ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        Assert.AreEqual(2 * Math.Log(2), metrics["discriminatorLoss"], 0.4);
        Assert.AreEqual(Math.Log(2), metrics["generatorLoss"], 0.4);
    }

    [TestMethod]
    public void Rules_OfTheDiscriminator_AreThereIfItIs()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0.1, New(Adversarial, 1).Rules.Single().LearningRate);
        Assert.HasCount(0, New(Center, 1).Rules);
    }

    [TestMethod]
    public void Settings_ThatDoNotGoTogether_AreRefused()
    {
        var both = Adversarial with { Hole = HoleKind.Random };
        Assert.IsFalse(Validator.TryValidateObject(both, new ValidationContext(both), null, true));
        Assert.Contains("\"overlap\" 4", Assert.ThrowsExactly<ExperimentException>(() => New(Center with { Overlap = 4 }, 1)).Message);
        Assert.Contains("normalize", Assert.ThrowsExactly<ExperimentException>(
            () => New(Center, new TestBackbone(), new DataInfo(4, 1) { Views = [new ViewShape(1, 16, 16)] })).Message);
        var odd = new DataInfo(4, 1) { Views = [new ViewShape(1, 20, 20)], Range = ValueRange.Unit };
        Assert.Contains("20×20", Assert.ThrowsExactly<ExperimentException>(() => New(Center, new TestBackbone(), odd)).Message);
    }

    [TestMethod]
    [DataRow(HoleKind.Center)]
    [DataRow(HoleKind.Random)]
    public void Figures_OfHoles_ShowThemFilled_AndTheRestAsItIs(HoleKind hole)
    {
        using var scope = NewDisposeScope();
        var objective = New(hole == HoleKind.Center ? Center : Random, 3);
        var figure = objective.DrawFigures(new ViewBatch([rand(4, 3, 16, 16)], [0, 1, 2, 3]), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 3, 3, 16, 16 }, figure.Pictures.shape);
        var changed = figure.Pictures.select(1, 1).ne(figure.Pictures.select(1, 2)).any(1).sum([1, 2]); // pixels of each image
        var most = hole == HoleKind.Center ? 36 : 64;
        Assert.IsTrue(changed.le(most).all().ToBoolean());
        Assert.IsTrue(changed.gt(most / 2).all().ToBoolean());
    }

    [TestMethod]
    public void Training_OnImagesOfStripes_FillsTheirHoles()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var stripes = stack([.. Enumerable.Range(0, 8).Select(n => (arange(16).to(float32) * (0.5 + (0.1 * n))).sin().add(1).div(2).expand(1, 16, 16))]);
        var objective = New(Center with { DecoderWidth = 32 }, 1);
        var batch = new ViewBatch([stripes], [.. Enumerable.Range(0, 8)]);
        Overfitting.Loss(objective, batch, steps: 60, learningRate: 1e-2);
        var error = objective.ComputeLoss(batch, TestSteps.At(0)).Metrics.Single(metric => metric.Name == "relativeError").Value;
        Assert.IsLessThan(0.3, error.ToDouble());
    }

    private static ContextEncoderObjective New(ContextEncoderOptions options, int channels) => New(options, new Recorder(channels));

    private static ContextEncoderObjective New(ContextEncoderOptions options, IBackbone backbone, DataInfo? data = null) => new(
        options,
        new TestBackbones(() => backbone),
        data ?? new DataInfo(4, backbone.Channels) { Views = [new ViewShape(backbone.Channels, 16, 16)], Range = ValueRange.Unit });

    /// <summary>Keeps the images that it gets; its maps are a quarter as high and wide.</summary>
    private sealed class Recorder : nn.Module, IBackbone
    {
        private readonly nn.Module<Tensor, Tensor> conv;

        public Recorder(int channels)
            : base(nameof(Recorder))
        {
            Channels = channels;
            conv = nn.Conv2d(channels, FeatureDimension, 4, stride: 4);
            RegisterComponents();
        }

        public nn.Module Module => this;

        public int Channels { get; }

        public int FeatureDimension => 8;

        public IReadOnlyList<BackboneLayer> Layers => [new("conv", [.. parameters()])];

        /// <summary>The images that came last; not a field, which would be a buffer.</summary>
        public Func<Tensor>? Images { get; private set; }

        public Tensor Forward(Tensor images) => ForwardLayers(images)[0].mean([2, 3]);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
        {
            Images = () => images;
            return [conv.call(images).tanh()];
        }
    }
}
