using SslFramework.Core.Backbones;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class PatchClustersTests
{
    private static readonly PatchClustersOptions Few = new() { Patches = 600, Starts = 2, Iterations = 8 };

    /// <summary>Squares that look like their classes: what is missing is at their borders.</summary>
    [TestMethod]
    [DataRow(null)]
    [DataRow(8)]
    public void Evaluate_FeaturesThatAreTheClasses_FindsThem(int? clusters)
    {
        var numbers = Numbers(Few with { Clusters = clusters }, Of(new Told()), Of(new Told()));
        Assert.IsGreaterThan(90, numbers["mIoU"]);
        Assert.IsGreaterThan(95, numbers["pixel accuracy"]);
    }

    [TestMethod]
    public void Evaluate_ClassesWithOtherNumbers_GivesTheSame()
    {
        var (train, test) = (Of(Scenes.Of(4, size: 32)), Of(Scenes.Of(8, first: 1000, size: 32)));
        var renamed = Of(new Renamed(Scenes.Of(8, first: 1000, size: 32)));
        foreach (var metric in new[] { "mIoU", "pixel accuracy", "mean class accuracy" })
        {
            Assert.AreEqual(Numbers(Few, train, test)[metric], Numbers(Few, train, renamed)[metric], 1e-9, metric);
        }
    }

    /// <summary>Clusters have no names without train images, and wrong ones if those are named wrongly.</summary>
    [TestMethod]
    public void Evaluate_TrainMapsWithOtherNumbers_MatterForManyClustersAlone()
    {
        var (told, wrong) = (Of(new Told()), Of(new Told(shift: 1)));
        Assert.IsGreaterThan(95, Numbers(Few, wrong, told)["pixel accuracy"]);
        Assert.IsLessThan(5, Numbers(Few with { Clusters = 8 }, wrong, told)["pixel accuracy"]);
    }

    [TestMethod]
    public void Majority_ByHand_TakesTheClassWithMostPixels_OrThatOfAllForNone() =>
        CollectionAssert.AreEqual(new[] { 0, 1, 1 }, PatchClusters.Majority(new long[,] { { 5, 4 }, { 1, 9 }, { 0, 0 } }));

    [TestMethod]
    [DataRow(5, 600, "\"clusters\" is 5, but the maps have 11 classes; raise it, or leave it out for one per class.")]
    [DataRow(200, 70, "There are 70 patches to make 200 clusters of; raise \"patches\", or take more test images.")]
    public void Evaluate_NumbersThatDoNotFit_AreRefusedInASentence(int clusters, int patches, string sentence)
    {
        var images = Of(Scenes.Of(2, size: 32));
        var options = Few with { Clusters = clusters, Patches = patches };
        Assert.AreEqual(sentence, Assert.ThrowsExactly<ExperimentException>(() => Numbers(options, images, images)).Message);
    }

    private static Dictionary<string, double> Numbers(PatchClustersOptions options, LabeledImages train, LabeledImages test)
    {
        using var pixels = new RawPixels(new ViewShape(1, 32, 32));
        return new PatchClusters(options).Evaluate(pixels, train, test).ToDictionary(result => result.Metric, result => result.Value);
    }

    private static LabeledImages Of(IDataSource source) => new(source, Scenes.Transform(source), CPU, needsLabels: false);

    /// <summary>Scenes whose classes have the numbers after theirs.</summary>
    private sealed class Renamed(IAnnotatedSource scenes) : IAnnotatedSource
    {
        public AnnotationInfo Annotations => scenes.Annotations;

        public int Count => scenes.Count;

        public int Channels => scenes.Channels;

        public ImageSize? Size => scenes.Size;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination) => scenes.Read(index, destination);

        public void ReadMap(int index, PixelBuffer destination)
        {
            scenes.ReadMap(index, destination);
            foreach (ref var pixel in destination.Resize(destination.Height, destination.Width, 1))
            {
                pixel = pixel == IAnnotatedSource.Void ? pixel : (byte)((pixel + 1) % 11);
            }
        }
    }
}
