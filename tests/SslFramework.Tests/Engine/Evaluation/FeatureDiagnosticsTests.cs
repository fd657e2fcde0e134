using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Evaluation;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation;

[TestClass]
internal class FeatureDiagnosticsTests
{
    [TestMethod]
    public void Evaluate_EveryLayer_HasRankDeviationUniformityAndAlignment()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 60, 3, 1);

        var results = new FeatureDiagnostics(new() { Images = 50 }).Evaluate(backbone, images, images);

        string[] metrics = ["effective rank", "deviation", "uniformity", "alignment (own views)"];
        foreach (var layer in new[] { "features", "stem", "tokens" })
        {
            CollectionAssert.AreEqual(metrics, results.Where(r => r.Layer == layer).Select(r => r.Metric).ToArray());
            Assert.IsTrue(results.Single(r => r.Layer == layer && r.Metric == "effective rank").Value is > 1 and <= 6);
            Assert.IsTrue(results.Single(r => r.Layer == layer && r.Metric == "alignment (own views)").Value is > 0 and < 0.5);
        }
    }

    [TestMethod]
    public void Evaluate_SomeOfImagesInTheOrderOfTheirClasses_LooksAtEveryClass()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var mixed = MadeImages.Separable("images", 60, 3, 1);
        var sorted = mixed.Select([.. Enumerable.Range(0, 60).OrderBy(i => mixed.Labels[i])]);
        var some = new FeatureDiagnostics(new() { Images = 12 }).Evaluate(backbone, sorted, sorted);
        var spread = sorted.Select([.. Enumerable.Range(0, 12).Select(i => 5 * i)]);
        var expected = new FeatureDiagnostics(new()).Evaluate(backbone, sorted, spread);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, spread.Labels.Distinct().ToArray());
        CollectionAssert.AreEqual(expected.ToArray(), some.ToArray());
    }

    [TestMethod]
    public void Evaluate_CollapsedFeatures_AreTold()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var same = new MadeImages(ones([40, 1, 4, 4]), [.. Enumerable.Range(0, 40).Select(i => (long)i % 2)], 2);
        var numbers = new FeatureDiagnostics(new() { Layers = FeatureLayers.Last }).Evaluate(backbone, same, same).ToDictionary(r => r.Metric, r => r.Value);
        Assert.AreEqual(0, numbers["deviation"], 1e-3);
        Assert.AreEqual(0, numbers["uniformity"], 1e-3);
        Assert.AreEqual(1, numbers["effective rank"], 1e-2);
    }
}
