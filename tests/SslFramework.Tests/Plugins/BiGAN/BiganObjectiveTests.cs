using SslFramework.Plugins.BiGAN;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BiGAN;

[TestClass]
public class BiganObjectiveTests
{
    private static readonly BiganOptions Small = new()
    {
        CodeDimension = 6,
        GeneratorWidth = 4,
        DiscriminatorWidth = 4,
        DiscriminatorUnits = 8,
    };

    private static readonly BigbiganOptions Big = new()
    {
        CodeDimension = 6,
        GeneratorWidth = 4,
        DiscriminatorWidth = 4,
        HiddenDimension = 8,
    };

    public static IEnumerable<object[]> Both => [[false], [true]];

    [TestMethod]
    [DynamicData(nameof(Both))]
    public void Objective_Contract_Holds(bool big) =>
        new ObjectiveContract(() => New(big, channels: big ? 3 : 1), views: 1, new ViewShape(big ? 3 : 1, 16, 16)).VerifyAll();

    /// <summary>
    /// Without the layer that the authors' discriminator for photographs lacks, with images smaller than the views, and codes of whole maps.
    /// </summary>
    [TestMethod]
    public void Objective_OfTheAuthorsShape_Works()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { DiscriminatorUnits = 0, ImageSide = 16, PooledSide = 2 }, 3);
        var batch = new ViewBatch([rand(4, 3, 20, 20)], [0, 1, 2, 3]);
        var result = objective.ComputeLoss(batch, TestSteps.At(0));
        result.Loss.backward();
        Assert.IsTrue(objective.named_parameters().All(p => p.parameter.grad is not null));
        CollectionAssert.AreEqual(new long[] { 6, 8 * 2 * 2 }, objective.get_parameter("encoder.weight")!.shape);
        CollectionAssert.AreEqual(new long[] { 4, 6, 3, 16, 16 }, objective.DrawFigures(batch, TestSteps.At(0))[1].Pictures.shape);
    }

    /// <summary>One backward: each network's gradient is that of its own loss alone.</summary>
    [TestMethod]
    [DynamicData(nameof(Both))]
    public void Gradients_OfAllNetworks_AreThoseOfTheirOwnLosses(bool big)
    {
        using var scope = NewDisposeScope();
        var objective = New(big, 1);
        objective.to(float64);
        objective.eval(); // the same statistics and singular vectors in every forward
        var (batch, step) = (new ViewBatch([Batch(1).Single().to(float64)], [0, 1, 2, 3]), TestSteps.At(0));
        objective.ComputeLoss(batch, step).Loss.backward();
        var all = Gradients();

        var (judged, deceived) = Literal(objective, batch, step.Random, big);
        judged.backward(retain_graph: true);
        var ofDiscriminator = Gradients();
        deceived.backward();
        var ofOthers = Gradients();
        foreach (var (name, gradient) in all)
        {
            var expected = name.StartsWith("discriminator.", StringComparison.Ordinal) ? ofDiscriminator[name] : ofOthers[name];
            Assert.IsLessThan(1e-12, (gradient - expected).abs().max().ToDouble(), name);
        }

        Assert.IsTrue(all.All(pair => pair.Value.abs().max().ToDouble() > 0 || pair.Key.EndsWith("bias", StringComparison.Ordinal)));

        Dictionary<string, Tensor> Gradients()
        {
            var gradients = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            objective.zero_grad();
            return gradients;
        }
    }

    /// <summary>The encoder's code has its part in the scores of real codes and pairs, and none in that of the image alone.</summary>
    [TestMethod]
    public void Scores_OfBigbigan_SeeTheirOwnInputs()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var discriminator = new BigbiganDiscriminator(new ViewShape(1, 16, 16), codeDimension: 6, width: 4, hidden: 8);
        discriminator.eval();
        var (images, codes) = (rand(4, 1, 16, 16), randn(4, 6));
        var scores = discriminator.call(images, codes); // of image, code and pair
        var (otherImage, otherCode) = (discriminator.call(images.flip(3), codes), discriminator.call(images, codes.flip(1)));
        CollectionAssert.AreEqual(new[] { true, false, true }, Changed(otherImage));
        CollectionAssert.AreEqual(new[] { false, true, true }, Changed(otherCode));

        bool[] Changed(Tensor others) => others.ne(scores).any(0).data<bool>().ToArray();
    }

    [TestMethod]
    public void FirstLosses_OfBigan_AreThoseOfGuesses()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var metrics = Metrics(New(false, 1), TestSteps.At(0));
        Assert.AreEqual(Math.Log(2), metrics["discriminatorLoss"], 0.02);
        Assert.AreEqual(Math.Log(2), metrics["generatorLoss"], 0.02);
    }

    [TestMethod]
    [DynamicData(nameof(Both))]
    public void Codes_OfImagesAndNoise_HaveTheSameRange(bool big)
    {
        using var scope = NewDisposeScope();
        var objective = big ? New(Big with { CodeDimension = 400 }, 1) : (AdversarialObjective)New(Small with { CodeDimension = 400 }, 1);
        var (noise, codes) = (Noise(step: 0), objective.Encode(Batch(1), new StepRandom(1, 0)));
        CollectionAssert.AreEqual(codes.shape, noise.shape);
        Assert.AreEqual(0, noise.mean().ToDouble(), 0.1);
        Assert.AreEqual(big ? 1 : 1 / Math.Sqrt(3), noise.std().ToDouble(), 0.05);
        Assert.IsTrue(noise.isfinite().all().ToBoolean());
        Assert.IsTrue(big || noise.abs().max().ToDouble() <= 1 && codes.abs().max().ToDouble() < 1);
        Assert.IsTrue(noise.equal(Noise(step: 0)).all().ToBoolean(), "the same step draws the same");
        Assert.IsFalse(noise.equal(Noise(step: 1)).all().ToBoolean());

        Tensor Noise(long step) => objective.Noise(Batch(1), new StepRandom(1, step), stream: 0);
    }

    [TestMethod]
    public void Step_OfTheDiscriminatorAlone_LeavesTheOthersWithoutGradient()
    {
        using var scope = NewDisposeScope();
        var objective = New(true, 1); // two steps of the discriminator for one of the others
        var result = objective.ComputeLoss(Batch(1), TestSteps.At(1));
        result.Loss.backward();
        foreach (var (name, parameter) in objective.named_parameters())
        {
            Assert.AreEqual(name.StartsWith("discriminator.", StringComparison.Ordinal), parameter.grad is not null, name);
        }

        var other = objective.ComputeLoss(Batch(1), TestSteps.At(0));
        CollectionAssert.AreEqual(other.Metrics.Select(metric => metric.Name).ToArray(), result.Metrics.Select(metric => metric.Name).ToArray());
    }

    /// <summary>Each side gains against an opponent that stands still.</summary>
    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(true, true)] // the batch norms of the other discriminator hide most of what tells such small networks' images apart
    public void Training_OfOneSideAlone_LowersItsLossAndRaisesTheOther(bool big, bool ofDiscriminator)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(big, 1);
        var first = Metrics(objective, TestSteps.At(0));
        Assert.AreEqual(1, first["reconstruction"], 0.1, "codes say nothing yet");
        var side = objective.named_parameters()
            .Where(p => p.name.StartsWith("discriminator.", StringComparison.Ordinal) == ofDiscriminator).Select(p => p.parameter);
        using var optimizer = optim.Adam(side.ToArray(), 1e-2);
        for (var step = 0; step < 40; step++)
        {
            using var own = NewDisposeScope();
            objective.zero_grad();
            objective.ComputeLoss(Batch(1), TestSteps.At(0)).Loss.backward();
            optimizer.step();
        }

        var last = Metrics(objective, TestSteps.At(0));
        Assert.AreEqual(ofDiscriminator, last["discriminatorLoss"] < first["discriminatorLoss"]);
        Assert.AreEqual(ofDiscriminator, last["generatorLoss"] > first["generatorLoss"]);
    }

    [TestMethod]
    public void Views_ThatCannotBeGenerated_AreRefused()
    {
        Assert.Contains("9×9", Assert.ThrowsExactly<ExperimentException>(() => New(Small with { ImageSide = 9 }, 1)).Message);
        Assert.Contains("discriminatorUnits", Assert.ThrowsExactly<ExperimentException>(
            () => New(Small with { ImageSide = 8, DiscriminatorUnits = 0 }, 1)).Message);
        Assert.Contains("normalize", Assert.ThrowsExactly<ExperimentException>(() => new BiganObjective(
            Small, new TestBackbones(() => new TestBackbone()), new DataInfo(4, 1) { Views = [new ViewShape(1, 16, 16)] })).Message);
    }

    [TestMethod]
    [DataRow(28, 28, 7, 7, 2)]
    [DataRow(64, 64, 4, 4, 4)]
    [DataRow(128, 64, 8, 4, 4)]
    [DataRow(36, 20, 9, 5, 2)]
    public void Sizes_OfAnImage_AreHalvedDownToFour(int height, int width, int h, int w, int doublings) =>
        Assert.AreEqual((h, w, doublings), ImageSizes.Start(new ViewShape(1, height, width)));

    [TestMethod]
    [DynamicData(nameof(Both))]
    public void Figures_OfTraining_ShowReconstructionsAndInventions(bool big)
    {
        using var scope = NewDisposeScope();
        var objective = New(big, 3);
        var figures = objective.DrawFigures(Batch(3), TestSteps.At(0));
        CollectionAssert.AreEqual(new long[] { 4, 2, 3, 16, 16 }, figures[0].Pictures.shape);
        CollectionAssert.AreEqual(new long[] { 4, 6, 3, 16, 16 }, figures[1].Pictures.shape);
        var shown = figures[0].Pictures.select(1, 0);
        Assert.IsTrue(shown.equal(Batch(3).Single().mul(255).round().to(uint8)).to(float32).mean().ToDouble() > 0.99, "the view as it is");
        Assert.IsTrue(objective.training);
    }

    /// <summary>Two optimizers' way: all networks judged once more with everything attached.</summary>
    private static (Tensor Judged, Tensor Deceived) Literal(AdversarialObjective objective, ViewBatch batch, StepRandom random, bool big)
    {
        var images = (batch.Single() * 2) - 1;
        var (z, code) = (objective.Noise(batch, random, stream: 0).to(float64), objective.Encode(batch, random));
        var (real, made) = (objective.Discriminator.call(images, code), objective.Discriminator.call(objective.Generator.call(z), z));
        return big
            ? (AdversarialLoss.HingeDiscriminator(real, made), AdversarialLoss.HingeGenerator(real, made))
            : (AdversarialLoss.Discriminator(real, made), AdversarialLoss.Generator(real, made));
    }

    private static Dictionary<string, double> Metrics(AdversarialObjective objective, StepContext step, ViewBatch? batch = null) =>
        objective.ComputeLoss(batch ?? Batch(1), step).Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());

    private static ViewBatch Batch(int channels)
    {
        using var generator = new Generator(3);
        return new ViewBatch([rand([4, channels, 16, 16], generator: generator)], [0, 1, 2, 3]);
    }

    private static AdversarialObjective New(bool big, int channels) => big ? New(Big, channels) : New(Small, channels);

    private static BiganObjective New(BiganOptions options, int channels) => new(options, Backbones(channels), Data(channels));

    private static BigbiganObjective New(BigbiganOptions options, int channels) => new(options, Backbones(channels), Data(channels));

    private static TestBackbones Backbones(int channels) => new(() => new TestBackbone(channels));

    private static DataInfo Data(int channels) => new(4, channels) { Views = [new ViewShape(channels, 16, 16)], Range = ValueRange.Unit };
}
