using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Backbones;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Engine.Evaluation.Probes;
using SslFramework.Tests.Engine.Data.Annotated;
using SslFramework.Tests.Engine.Evaluation.Dense;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.Probes;

[TestClass]
public class LowShotTests
{
    private static readonly Component<IEvaluator> Probe = new(
        new ComponentDescriptor("linear-probe", typeof(IEvaluator), typeof(LinearProbe), typeof(LinearProbeOptions)),
        new LinearProbeOptions { Epochs = 2, LearningRates = [0.1] });

    private static readonly Component<IEvaluator> Knn =
        new(new ComponentDescriptor("patch-knn", typeof(IEvaluator), typeof(PatchKnn), typeof(PatchKnnOptions)), new PatchKnnOptions { K = 3 });

    private static readonly MadeImages Images = MadeImages.Separable("images", 100, 4, 1);

    [TestMethod]
    [DataRow(0.1, null, 2, 8)] // 2.5 of 25 rounds to 2
    [DataRow(0.001, null, 1, 4)]
    [DataRow(null, 5, 5, 20)]
    public void Draws_OfAFractionOrNumber_AreStratifiedSeededAndDifferent(double? fraction, int? perClass, int each, int all)
    {
        var options = new LowShotOptions { Evaluator = Probe, Fraction = fraction, PerClass = perClass, Draws = 3 };
        var draws = Protocol(options).Draws;
        Assert.HasCount(3, draws);
        foreach (var draw in draws)
        {
            Assert.HasCount(all, draw.Distinct().ToArray());
            Assert.IsTrue(draw.GroupBy(i => Images.Labels[i]).All(group => group.Count() == each));
        }

        CollectionAssert.AreNotEqual(draws[0].ToArray(), draws[1].ToArray());
        CollectionAssert.AreEqual(draws[2].ToArray(), Protocol(options).Draws[2].ToArray());
        CollectionAssert.AreNotEqual(draws[0].ToArray(), Protocol(options with { Seed = 1 }).Draws[0].ToArray());
    }

    [TestMethod]
    public void Evaluate_SeveralDraws_GivesMeanIntervalAndDeviation()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var test = MadeImages.Separable("test", 100, 4, 1);
        var shot = new LowShot(new() { Evaluator = Probe, PerClass = 3, Draws = 3 }, new Components());
        var results = shot.Evaluate(backbone, Images, test).ToDictionary(r => r.Metric);

        var draws = ((LowShotProtocol)shot.Protocol(Images)).Draws;
        double[] alone = [.. draws.Select(draw => new LinearProbe((LinearProbeOptions)Probe.Options)
            .Evaluate(backbone, Images.Select(draw), test).Single(r => r.Metric == "top-1").Value)];
        Assert.AreEqual(alone.Average(), results["top-1"].Value, 1e-9);
        Assert.AreEqual(Confidence.Deviation(alone), results["top-1 deviation"].Value, 1e-9);
        Assert.AreEqual(Confidence.OfMean(alone), results["top-1"].Interval);
    }

    [TestMethod]
    public void Evaluate_MoreThanAClassHas_IsADataErrorThatNamesIt()
    {
        using var backbone = new TinyBackbone();
        var shot = new LowShot(new() { Evaluator = Probe, PerClass = 26 }, new Components());
        var error = Assert.ThrowsExactly<ExperimentException>(() => shot.Evaluate(backbone, Images, Images));
        StringAssert.Contains(error.Message, "the class \"0\" has 25 train images");
    }

    [TestMethod]
    [DataRow(4, null, 4)]
    [DataRow(null, 0.5, 6)]
    public void Draws_AroundAnEvaluatorOfMaps_AreOfImagesWhateverTheirClass(int? images, double? fraction, int count)
    {
        var told = new LabeledImages(new Told(), Scenes.Transform(new Told()), CPU, needsLabels: false);
        var shot = new LowShot(new() { Evaluator = Knn, Images = images, Fraction = fraction, Draws = 2 }, new Components());
        Assert.AreEqual(LabelKinds.Maps, shot.Needs);
        var protocol = (LowShotProtocol)shot.Protocol(told);
        Assert.IsTrue(protocol.Draws.All(draw => draw.Distinct().Count() == count));
        using var pixels = new RawPixels(new ViewShape(1, 32, 32));
        Assert.IsGreaterThan(90, shot.Evaluate(pixels, told, told).Single(result => result.Metric == "pixel accuracy").Value);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new LowShot(new() { Evaluator = Knn, Images = 13 }, new Components()).Protocol(told));
        Assert.AreEqual("\"images\" is 13, but there are 12 train images; lower it.", error.Message);
    }

    [TestMethod]
    public void New_ANumberThatCountsSomethingElse_IsRefusedInASentence()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => new LowShot(new() { Evaluator = Knn, PerClass = 1 }, new Components()));
        Assert.AreEqual("\"perClass\" of 'low-shot' counts images of a class, but 'patch-knn' learns no classes of images; give \"images\".", error.Message);
        error = Assert.ThrowsExactly<ExperimentException>(() => new LowShot(new() { Evaluator = Probe, Images = 1 }, new Components()));
        Assert.AreEqual("\"images\" of 'low-shot' counts images of any class, but 'linear-probe' learns classes; give \"perClass\".", error.Message);
    }

    private static LowShotProtocol Protocol(LowShotOptions options) => (LowShotProtocol)new LowShot(options, new Components()).Protocol(Images);

    private sealed class Components : IComponentFactory
    {
        private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class => (TService)ActivatorUtilities.CreateInstance(services, component.Descriptor.Implementation, component.Options);
    }
}
