using SkiaSharp;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Loading;

[TestClass]
internal class LabelledImagesTests
{
    private static readonly SyntheticSource Source = new(new() { Count = 10, Size = 8, Classes = 3 });

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void Read_AllImages_InOrderWithTheirLabels(int threads)
    {
        var images = new LabelledImages(Source, OneView(), CPU, threads);
        Assert.AreEqual((10, 3), (images.Count, images.Classes.Count));
        for (var round = 0; round < 2; round++)
        {
            var labels = new List<long>();
            var sizes = new List<long>();
            foreach (var batch in images.Read(4))
            {
                Assert.AreEqual(int64, batch.Labels.dtype);
                labels.AddRange(batch.Labels.data<long>().ToArray());
                sizes.Add(batch.Images.shape[0]);
                AssertFirstPixel(batch, labels.Count - (int)batch.Images.shape[0]);
            }

            CollectionAssert.AreEqual(new long[] { 4, 4, 2 }, sizes);
            CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(i => (long)i % 3).ToArray(), labels);
        }
    }

    [TestMethod]
    public void Read_BatchLargerThanTheData_GivesOneBatch() =>
        Assert.AreEqual(10, new LabelledImages(Source, OneView(), CPU).Read(256).Select(batch => batch.Images.shape[0]).Single());

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void ReadShuffled_AnEpoch_IsFullBatchesInAnOrderOfItsOwn(int threads)
    {
        var images = new LabelledImages(Source, OneView(), CPU, threads);
        Assert.IsFalse(images.Augmented);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var order = SampleOrder.Shuffled(7, epoch, 10);
            var seen = 0;
            foreach (var batch in images.ReadShuffled(4, 7, epoch))
            {
                CollectionAssert.AreEqual(order[seen..(seen + 4)].Select(i => (long)i % 3).ToArray(), batch.Labels.data<long>().ToArray());
                AssertFirstPixel(batch, order[seen]);
                seen += 4;
            }

            Assert.AreEqual(8, seen);
        }
    }

    [TestMethod]
    public void ReadShuffled_WithATrainTransform_ShowsItsViews()
    {
        var inverted = Recipes.Build(
            new DataInfo(10, 3) { Size = Source.Size }, 1, Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [1], Std = [1] }));
        var images = new LabelledImages(Source, OneView(), CPU) { TrainTransform = inverted };
        Assert.IsTrue(images.Augmented);
        Assert.IsLessThanOrEqualTo(0f, images.ReadShuffled(10, 0, 0).Select(batch => batch.Images.max().item<float>()).Single());
        Assert.IsGreaterThan(0f, images.Read(10).Select(batch => batch.Images.max().item<float>()).Single());
    }

    [TestMethod]
    public void Select_SomeImages_ReadsThoseInThatOrder()
    {
        var some = new LabelledImages(Source, OneView(), CPU).Select([7, 2, 3]);
        CollectionAssert.AreEqual(new[] { 1, 2, 0 }, some.Labels.ToArray());
        foreach (var batch in some.Read(3))
        {
            CollectionAssert.AreEqual(new long[] { 1, 2, 0 }, batch.Labels.data<long>().ToArray());
            AssertFirstPixel(batch, 7);
        }
    }

    [TestMethod]
    public void Construct_NoLabels_IsRefused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1.png", ImageFixtures.Encode(SKEncodedImageFormat.Png));
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => new LabelledImages(new ImageFolderSource(new() { Path = folder.Root }), OneView(), CPU));
        StringAssert.Contains(error.Message, "1 of the 1 images");

        folder.Write("cat/2.png", ImageFixtures.Encode(SKEncodedImageFormat.Png));
        error = Assert.ThrowsExactly<ExperimentException>(
            () => new LabelledImages(new ImageFolderSource(new() { Path = folder.Root }), OneView(), CPU));
        StringAssert.Contains(error.Message, "1 of the 2 images");

        var unlabelled = new LabelledImages(new ImageFolderSource(new() { Path = folder.Root }), OneView(), CPU, needsLabels: false);
        Assert.IsEmpty(unlabelled.Classes);
        CollectionAssert.AreEqual(new[] { 0, 0 }, unlabelled.Labels.ToArray());
    }

    [TestMethod]
    public void Construct_TwoViews_IsRefused()
    {
        var twoViews = Recipes.Build(new DataInfo(10, 3) { Size = Source.Size }, 2);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new LabelledImages(Source, twoViews, CPU));
        StringAssert.Contains(error.Message, "makes 2");
    }

    private static RecipeAugmentation OneView() => Recipes.Build(
        new DataInfo(10, 3) { Size = Source.Size }, 1, Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0], Std = [1] }));

    private static void AssertFirstPixel(LabelledBatch batch, int index)
    {
        var buffer = new PixelBuffer();
        Source.Read(index, buffer);
        Assert.AreEqual(buffer.Image.Pixels[0] / 255f, batch.Images[0, 0, 0, 0].item<float>(), 1e-6f);
    }
}
