using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
public class LabelMapTests
{
    [TestMethod]
    public void Show_TheWholeImageAtItsSize_IsTheMapItself()
    {
        var map = Recipes.Image(7, 5, 1);
        CollectionAssert.AreEqual(map.Image.Pixels.ToArray(), Show(map, new(0, 0, 5, 7, false), 7, 5));
        var mirrored = Show(map, new(0, 0, 5, 7, true), 7, 5);
        CollectionAssert.AreEqual(map.Image.Pixels.ToArray().Chunk(5).SelectMany(row => row.Reverse()).ToArray(), mirrored);
    }

    [TestMethod]
    public void Show_APartThatReachesBeyond_TakesThePixelUnderEachMiddle()
    {
        var map = new PixelBuffer();
        ((byte[])[1, 2, 3, 4]).CopyTo(map.Resize(1, 4, 1));
        CollectionAssert.AreEqual(new byte[] { 1, 1, 2, 2, 3, 3, 4, 4 }, Show(map, new(0, 0, 4, 1, false), 1, 8));
        CollectionAssert.AreEqual(new byte[] { 2, 4 }, Show(map, new(0, 0, 4, 1, false), 1, 2), "middles lie at 1 and 3");
        CollectionAssert.AreEqual(new byte[] { 255, 1, 2, 3, 4, 255 }, Show(map, new(-1, 0, 6, 1, false), 1, 6));
        CollectionAssert.AreEqual(new byte[] { 3, 2 }, Show(map, new(1.2, 0, 2, 1, true), 1, 2));
        CollectionAssert.AreEqual(new byte[] { 255, 255, 1, 2 }, Show(map, new(0, -1, 2, 2, false), 2, 2));
    }

    [TestMethod]
    public void Read_AMapThatIsNotTheImages_IsRefusedInASentence()
    {
        var (source, map) = (new Maps(2), new PixelBuffer());
        LabelMap.Read(source, 0, new ImageSize(2, 3), map);
        DataErrors.AssertRefused(() => LabelMap.Read(source, 0, new ImageSize(3, 2), map), "The map of image '0'", "it has 3 × 2 pixels, but the image 2 × 3");
        DataErrors.AssertRefused(() => LabelMap.Read(new Maps(1), 1, null, map), "it holds the class 1, but there are 1 classes");
    }

    /// <summary>The picture of a view and the map of the same view, made by resampling the map as if it were a picture.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void ReadAnnotatedShuffled_AnyRecipe_TakesEveryLabelFromTheImagesPixel(int threads)
    {
        var data = new DataInfo(8, 1) { Size = new ImageSize(24, 24) };
        var recipe = Recipes.Build(
            data,
            1,
            Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()),
            Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16, Padding = 4 }),
            Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()));
        var images = new LabeledImages(new Ramps(8, 24), recipe, CPU, threads, needsLabels: false);
        var seen = 0;
        foreach (var batch in images.ReadAnnotatedShuffled(4, 3, 1))
        {
            // A pixel of a ramp is its own class, and the border is of none.
            var levels = batch.Images.squeeze(1).mul(255).round().to(uint8);
            var counted = batch.Maps!.ne(IAnnotatedSource.Void);
            Assert.IsTrue(levels.eq(batch.Maps!)[counted].all().ToBoolean());
            Assert.IsTrue(levels[counted.logical_not()].eq(0).all().ToBoolean());
            Assert.IsGreaterThan(200, counted.sum().ToInt32());
            seen += batch.Indices.Count;
        }

        Assert.AreEqual(8, seen);
    }

    [TestMethod]
    public void ReadAnnotated_ARecipeThatBends_IsRefused()
    {
        var bending = Recipes.Build(new DataInfo(2, 1) { Size = new ImageSize(24, 24) }, 1, Recipes.Step<RandAugment, RandAugmentOptions>(new()));
        var images = new LabeledImages(new Ramps(2, 24), bending, CPU, needsLabels: false);
        var error = Assert.ThrowsExactly<ExperimentException>(() => images.ReadAnnotated(2).Count());
        StringAssert.EndsWith(error.Message, "'randAugment' bends them; remove it.");
    }

    [TestMethod]
    public void Wrappers_OfASource_HandItsAnnotationsOn()
    {
        var source = Scenes.Of(6);
        var some = new SourceSubset(source, [4, 1]);
        Assert.AreEqual(source.Annotations, some.Annotations);
        var (map, other) = (new PixelBuffer(), new PixelBuffer());
        source.ReadMap(1, map);
        some.ReadMap(1, other);
        CollectionAssert.AreEqual(map.Image.Pixels.ToArray(), other.Image.Pixels.ToArray());
        CollectionAssert.AreEqual(source.Objects(4).Objects.Select(o => o.Box).ToArray(), some.Objects(0).Objects.Select(o => o.Box).ToArray());
        var images = (IAnnotatedImages)new LabeledImages(source, Scenes.Transform(source), CPU, needsLabels: false).Select([4, 1]);
        Assert.AreEqual(source.Annotations, images.Annotations);
        Assert.AreEqual(2, images.ReadAnnotated(8).Sum(batch => batch.Maps!.shape[0]));
        Assert.AreEqual(LabelKinds.None, new SourceSubset(new TestImages(1, 2, 2, 1, (_, _, _, _) => 0), [0]).Annotations.Kinds);
    }

    [TestMethod]
    public void Fingerprint_OtherMapsOrObjects_IsAnother()
    {
        var hashes = new IDataSource[] { new Maps(2), new Maps(2, shift: 1), new Maps(3), new Ramps(2, 24), new Ramps(2, 24, withBox: true) }
            .Select(source => DataFingerprint.Of(source).Hash);
        Assert.HasCount(4, hashes.Distinct(), "of the two last, only the box differs; more classes are no other content");
    }

    private static byte[] Show(PixelBuffer map, ViewGeometry from, int height, int width)
    {
        var view = new byte[height * width];
        LabelMap.Show(map.Image, from, new ImageSize(height, width), view);
        return view;
    }

    private sealed class Maps(int classes, int shift = 0) : IAnnotatedSource
    {
        public AnnotationInfo Annotations { get; } =
            new(LabelKinds.Maps) { MapClasses = [.. Enumerable.Range(0, classes).Select(c => $"{c}")] };

        public int Count => 2;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination) => destination.Resize(2, 3, 1).Clear();

        public void ReadMap(int index, PixelBuffer destination) => destination.Resize(2, 3, 1).Fill((byte)((index + shift) % 2));
    }

    private sealed class Ramps(int count, int side, bool withBox = false) : IAnnotatedSource
    {
        public AnnotationInfo Annotations { get; } = new(LabelKinds.Maps | LabelKinds.Objects)
        {
            MapClasses = [.. Enumerable.Range(0, 255).Select(c => $"{c}")],
            ObjectClasses = ["a"],
        };

        public int Count => count;

        public int Channels => 1;

        public ImageSize? Size => new ImageSize(side, side);

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public ImageObjects Objects(int index) => withBox && index == 0 ? new([new(0, new Box(1, 1, 2, 2))]) : ImageObjects.None;

        public void ReadMap(int index, PixelBuffer destination) => Read(index, destination);

        public void Read(int index, PixelBuffer destination)
        {
            var pixels = destination.Resize(side, side, 1);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(1 + (((7 * (i / side)) + (3 * (i % side)) + index) % 250));
            }
        }
    }
}
