using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Loading;

[TestClass]
internal class ViewLoaderTests
{
    private static readonly SyntheticSource Source = new(new() { Count = 23, Size = 12, Classes = 3 });
    private static readonly LoaderOptions Options = new() { BatchSize = 4, Seed = 5 };

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 2)]
    [DataRow(5, 1)]
    public void Read_AnyNumberOfThreads_GivesTheSameBatches(int threads, int prefetch)
    {
        var expected = Read(Options, epoch: 2);
        var actual = Read(Options with { Threads = threads, Prefetch = prefetch }, epoch: 2);
        AssertEqual(expected, actual);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void Read_FromTheMiddle_GivesTheRestOfTheEpoch(int threads)
    {
        var options = Options with { Threads = threads };
        AssertEqual(Read(options, epoch: 1)[3..], Read(options, epoch: 1, firstBatch: 3));
        Assert.IsEmpty(Read(options, epoch: 1, firstBatch: 5));
    }

    [TestMethod]
    public void Read_AgainAndAgain_IsAFunctionOfSeedAndEpoch()
    {
        using var loader = Loader(Options with { Threads = 2 });
        var first = Copy(loader.Read(0));
        var second = Copy(loader.Read(1));
        AssertEqual(first, Copy(loader.Read(0)));
        CollectionAssert.AreNotEqual(Indices(first), Indices(second));
        CollectionAssert.AreNotEqual(Indices(first), Indices(Read(Options with { Seed = 6 }, epoch: 0)));
    }

    [TestMethod]
    public void Read_OneEpoch_ShowsEveryImageOnce()
    {
        var batches = Read(Options with { DropLast = false, Threads = 2 }, epoch: 0);
        CollectionAssert.AreEqual(new[] { 4, 4, 4, 4, 4, 3 }, batches.Select(batch => batch.Indices.Length).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 23).Select(i => (long)i).ToArray(), Indices(batches));
        Assert.HasCount(5, Read(Options, epoch: 0)); // the last three are dropped
    }

    [TestMethod]
    public void Read_WithoutShuffle_KeepsTheOrder() => CollectionAssert.AreEqual(
        Enumerable.Range(0, 20).Select(i => (long)i).ToArray(), Indices(Read(Options with { Shuffle = false, Threads = 2 }, epoch: 3)));

    [TestMethod]
    public void Read_OneImage_IsWhatTheAugmentationMakes()
    {
        var batch = Read(Options with { Threads = 2 }, epoch: 1)[2];
        var sample = (int)batch.Indices[3];
        var augmentation = Augmentation();
        var buffer = new PixelBuffer();
        Source.Read(sample, buffer);
        for (var view = 0; view < 2; view++)
        {
            var expected = new float[3 * 8 * 8];
            augmentation.Apply(buffer.Image, view, new SampleRandom(5, 1, (ulong)sample, (ulong)view), expected);
            CollectionAssert.AreEqual(expected, batch.Views[view][(3 * expected.Length)..]);
        }
    }

    [TestMethod]
    public void Read_ViewsOfTwoSizes_HaveTheirOwnTensors()
    {
        var options = new RecipeOptions { Views = [new ViewOptions { Steps = [Crop(8)] }, new ViewOptions { Count = 2, Steps = [Crop(5)] }] };
        using var loader = new ViewLoader(Source, Recipes.Build(options, new DataInfo(23, 3)), Options with { Threads = 2 });
        foreach (var batch in loader.Read(0))
        {
            CollectionAssert.AreEqual(new long[] { 4, 3, 8, 8 }, batch.Views[0].shape);
            CollectionAssert.AreEqual(new long[] { 4, 3, 5, 5 }, batch.Views[2].shape);
        }
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Read_LeftEarly_StopsAndBeginsAnew()
    {
        using var loader = Loader(Options with { Threads = 3 });
        for (var i = 0; i < 30; i++)
        {
            Assert.HasCount(i % 4, loader.Read(i).Take(i % 4).ToArray());
        }

        AssertEqual(Read(Options, epoch: 7), Copy(loader.Read(7)));
    }

    [TestMethod]
    [Timeout(20_000)]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void Read_BadImage_SurfacesWithWhatWasThrown(int threads)
    {
        var bad = new ExperimentException(FailureKind.Data, "image 9");
        var source = new Overridden(Source, index => index == 9 ? bad : null);
        using var loader = new ViewLoader(source, Augmentation(), Options with { Threads = threads, Shuffle = false });
        Assert.AreSame(bad, Assert.ThrowsExactly<ExperimentException>(() => Copy(loader.Read(0))).InnerException);
        Assert.AreSame(bad, Assert.ThrowsExactly<ExperimentException>(() => Copy(loader.Read(0))).InnerException, "and the loader lives on");
        Assert.HasCount(2, Copy(loader.Read(0, firstBatch: 3)));
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Read_SlowReader_NeverSeesItsBatchChange()
    {
        using var loader = Loader(Options with { Threads = 3, Prefetch = 0 });
        foreach (var batch in loader.Read(0))
        {
            var before = Numbers(batch.Views[1]);
            Thread.Sleep(20);
            CollectionAssert.AreEqual(before, Numbers(batch.Views[1]));
        }
    }

    [TestMethod]
    public void Read_InsideAScope_KeepsItsTensors()
    {
        using var loader = Loader(Options);
        using (NewDisposeScope())
        {
            Copy(loader.Read(0));
        }

        AssertEqual(Read(Options, epoch: 1), Copy(loader.Read(1)));
    }

    [TestMethod]
    public void Read_TwoAtOnce_IsRefused()
    {
        using var loader = Loader(Options with { Threads = 1 });
        using var first = loader.Read(0).GetEnumerator();
        Assert.IsTrue(first.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => loader.Read(1).First());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loader.Read(0, firstBatch: 6));
    }

    [TestMethod]
    public void Construct_FewerImagesThanABatch_IsRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => Loader(Options with { BatchSize = 24 }));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, "23 images");
        StringAssert.Contains(error.Message, "batch of 24");
    }

    [TestMethod]
    public void Waited_SlowSource_IsMeasured()
    {
        var source = new Overridden(Source, _ =>
        {
            Thread.Sleep(2);
            return null;
        });
        using var loader = new ViewLoader(source, Augmentation(), Options with { Threads = 1 });
        Copy(loader.Read(0));
        Assert.IsGreaterThan(20, loader.Waited.TotalMilliseconds);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void Read_TwentyEpochs_AllocatesNothingForAnImage(int threads)
    {
        const int Images = 512;
        var source = new TestImages(Images, 12, 12, 3, (image, y, x, _) => (byte)(image + (y * x)));
        using var loader = new ViewLoader(source, Recipes.SimClr(new DataInfo(Images, 3), 8, 0.5), new() { BatchSize = 64, Threads = threads });
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Drain(loader, epoch);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var epoch = 3; epoch < 23; epoch++)
        {
            Drain(loader, epoch);
        }

        // What is left belongs to a batch or to an epoch; the order of an epoch, 4 bytes an image, is nearly half of it.
        var perImage = (GC.GetTotalAllocatedBytes(precise: true) - before) / (20.0 * Images);
        Assert.IsLessThan(16, perImage);

        static void Drain(ViewLoader loader, int epoch)
        {
            foreach (var batch in loader.Read(epoch))
            {
                Assert.AreEqual(64, batch.Count);
            }
        }
    }

    [TestMethod]
    public void Read_ManyCropsOfTwoSizes_DecodesAnImageOnce()
    {
        var reads = 0;
        var source = new Overridden(Source, _ =>
        {
            Interlocked.Increment(ref reads);
            return null;
        });
        var options = new RecipeOptions { Views = [new ViewOptions { Count = 2, Steps = [Crop(8)] }, new ViewOptions { Count = 6, Steps = [Crop(5)] }] };
        using var loader = new ViewLoader(source, Recipes.Build(options, new DataInfo(23, 3)), Options with { Threads = 2 });
        Assert.HasCount(8, Copy(loader.Read(0))[4].Views);
        Assert.AreEqual(20, reads);
    }

    private static RecipeAugmentation Augmentation() => Recipes.Build(
        new DataInfo(Source.Count, 3),
        2,
        Crop(8),
        Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()),
        Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Brightness = 0.4, Hue = 0.1, Probability = 0.8 }));

    private static Component<IRecipeStep> Crop(int size) =>
        Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = size });

    private static ViewLoader Loader(LoaderOptions options) => new(Source, Augmentation(), options);

    private static Batch[] Read(LoaderOptions options, int epoch, int firstBatch = 0)
    {
        using var loader = Loader(options);
        return Copy(loader.Read(epoch, firstBatch));
    }

    private static Batch[] Copy(IEnumerable<ViewBatch> batches) =>
        [.. batches.Select(batch => new Batch([.. batch.Indices], [.. batch.Views.Select(Numbers)]))];

    private static float[] Numbers(Tensor view) => view.data<float>().ToArray();

    private static long[] Indices(IEnumerable<Batch> batches) => [.. batches.SelectMany(batch => batch.Indices)];

    private static void AssertEqual(Batch[] expected, Batch[] actual)
    {
        CollectionAssert.AreEqual(Indices(expected), Indices(actual));
        for (var i = 0; i < expected.Length; i++)
        {
            for (var view = 0; view < expected[i].Views.Length; view++)
            {
                CollectionAssert.AreEqual(expected[i].Views[view], actual[i].Views[view], $"batch {i}, view {view}");
            }
        }
    }

    private sealed record Batch(long[] Indices, float[][] Views);

    private sealed class Overridden(IDataSource inner, Func<int, Exception?> before) : IDataSource
    {
        public int Count => inner.Count;

        public int Channels => inner.Channels;

        public IReadOnlyList<string> Classes => inner.Classes;

        public int? Label(int index) => inner.Label(index);

        public void Read(int index, PixelBuffer destination)
        {
            if (before(index) is { } error)
            {
                throw error;
            }

            inner.Read(index, destination);
        }
    }
}
