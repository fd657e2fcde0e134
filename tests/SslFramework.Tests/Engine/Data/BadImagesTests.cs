using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Machine;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
internal class BadImagesTests
{
    private static readonly LoaderOptions Options = new() { BatchSize = 5, Seed = 3, MaximumBad = 0.2 };

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void Read_BadImages_AreReplacedTheSameForAnyThreadsAndAfterAResume(int threads)
    {
        var expected = Batches(Options, 2, 0);
        var actual = Batches(Options with { Threads = threads }, 2, 0);
        for (var batch = 0; batch < expected.Length; batch++)
        {
            AssertEqual(expected[batch], actual[batch]);
        }

        AssertEqual(expected[3], Batches(Options with { Threads = threads }, 2, 3)[0]);
    }

    [TestMethod]
    public void Read_ReplacedImage_SaysWhichItIs()
    {
        foreach (var (indices, pixels) in Batches(Options, 0, 0))
        {
            for (var i = 0; i < indices.Length; i++)
            {
                Assert.AreNotEqual(0, indices[i] % 10, "no bad image is in a batch");
                Assert.AreEqual(indices[i] / 255f, pixels[i], 1e-6f, "the pixels are those of the index");
            }
        }
    }

    [TestMethod]
    public void Read_OtherEpoch_ShowsOtherReplacements()
    {
        var images = new BadImages(new Every10thBad(), 0.2);
        int[] Replacements(int epoch) => [.. Enumerable.Range(0, 5).Select(i => images.Read(10 * i, 1, epoch, new PixelBuffer()))];
        CollectionAssert.AreEqual(Replacements(0), Replacements(0));
        CollectionAssert.AreNotEqual(Replacements(0), Replacements(1));
    }

    [TestMethod]
    public void List_AfterAnEpoch_NamesEachBadImageOnce()
    {
        using var loader = Loader(Options with { Threads = 2 });
        for (var epoch = 0; epoch < 2; epoch++)
        {
            _ = loader.Read(epoch).Count();
        }

        CollectionAssert.AreEqual(new[] { 0, 10, 20, 30, 40 }, loader.Bad.List().Select(bad => bad.Index).ToArray());
        Assert.AreEqual("image 20 is broken", loader.Bad.List()[2].Reason);
    }

    [TestMethod]
    public void Read_MoreThanAllowed_EndsWithTheirNames()
    {
        using var loader = Loader(Options with { MaximumBad = 0.05 });
        DataErrors.AssertRefused(() => _ = loader.Read(0).Count(), "3 of 50 images", "5 %", "maximumBad", "is broken");
    }

    [TestMethod]
    public void Read_OtherErrors_AreNotBadImages()
    {
        var images = new BadImages(new Every10thBad(new InvalidOperationException("a bug")), 0.5);
        Assert.ThrowsExactly<InvalidOperationException>(() => images.Read(10, 0, 0, new PixelBuffer()));
    }

    [TestMethod]
    public void Read_AReadError_IsNotReplaced()
    {
        var images = new BadImages(new Every10thBad(new ExperimentException(FailureKind.Storage, "the disk is gone")), 0.5);
        Assert.AreEqual(FailureKind.Storage, Assert.ThrowsExactly<ExperimentException>(() => images.Read(10, 0, 0, new PixelBuffer())).Kind);
        Assert.AreEqual(0, images.Count);
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Read_AllBad_EndsThoughAllMayBe()
    {
        var images = new BadImages(new SourceSubset(new Every10thBad(), [0, 10, 20]), 1);
        DataErrors.AssertRefused(() => images.Read(0, 0, 0, new PixelBuffer()), "None of the 3 images can be used", "image 20 is broken");
    }

    [TestMethod]
    public void Read_OneBadOfFew_NamesTheRuleThatEndsIt()
    {
        var images = new BadImages(new SourceSubset(new Every10thBad(), [0, 1, 2]), 0.01);
        DataErrors.AssertRefused(() => images.Read(0, 0, 0, new PixelBuffer()), "1 of 3 images", "1 % that \"maximumBad\" allows", "image 0 is broken");
    }

    private static (long[] Indices, float[] Pixels)[] Batches(LoaderOptions options, int epoch, int first)
    {
        using var loader = Loader(options);
        return [.. loader.Read(epoch, first).Select(batch => (batch.Indices.ToArray(), batch.Views[0].data<float>().ToArray()))];
    }

    private static ViewLoader Loader(LoaderOptions options) => new(new Every10thBad(), new FirstPixel(), options);

    private static void AssertEqual((long[] Indices, float[] Pixels) expected, (long[] Indices, float[] Pixels) actual)
    {
        CollectionAssert.AreEqual(expected.Indices, actual.Indices);
        CollectionAssert.AreEqual(expected.Pixels, actual.Pixels);
    }

    /// <summary>50 images of one pixel, which is the image's number; every tenth cannot be read.</summary>
    private sealed class Every10thBad(Exception? error = null) : IDataSource
    {
        public int Count => 50;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
            destination.Resize(1, 1, 1)[0] = (byte)index;
            if (index % 10 == 0)
            {
                throw error ?? new ExperimentException(FailureKind.Data, $"image {index} is broken");
            }
        }
    }

    private sealed class FirstPixel : IAugmentation
    {
        public IReadOnlyList<ViewShape> Views => [new ViewShape(1, 1, 1)];

        public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination) => destination[0] = image.Pixels[0] / 255f;
    }
}
