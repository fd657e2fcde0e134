using SslFramework.Core.Augmentations;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
public class SeedPatchSourceTests
{
    // Noise in the lower right quarter of 40 × 40 gray images, and nothing elsewhere.
    private static readonly TestImages Corner = new(30, 40, 40, 1, (image, y, x, _) => y < 20 || x < 20 ? (byte)90 : Noise(image, y, x));

    [TestMethod]
    public void Seeds_LieWhereTheGradientsAre_InsideTheImage()
    {
        var source = New(new SeedPatchOptions { Count = 30, PatchSize = 8 }, Corner);
        Assert.AreEqual(30, source.Count);
        foreach (var seed in source.Seeds)
        {
            Assert.IsTrue(seed is { Top: >= 0 and <= 32, Left: >= 0 and <= 32, Side: 8, Scale: 0 });
            Assert.IsTrue(seed.Top + 8 > 18 && seed.Left + 8 > 18, $"{seed} shows no part of the noise");
        }

        Assert.HasCount(30, source.Seeds.Select(seed => seed.Image).Distinct(), "one seed an image, as long as there are enough images");
    }

    [TestMethod]
    public void Seeds_SameOptions_AreTheSame_AndAnotherSeedGivesOthers()
    {
        var options = new SeedPatchOptions { Count = 20, PatchSize = 8, Scales = 3 };
        CollectionAssert.AreEqual(New(options, Corner).Seeds.ToArray(), New(options, Corner).Seeds.ToArray());
        CollectionAssert.AreNotEqual(New(options, Corner).Seeds.ToArray(), New(options with { Seed = 1 }, Corner).Seeds.ToArray());
    }

    [TestMethod]
    public void Images_WithMoreEnergy_AreTakenMoreOften()
    {
        // Every third image is nearly flat.
        var images = new TestImages(300, 16, 16, 1, (image, y, x, _) => (byte)(128 + ((Noise(image, y, x) - 128) / (image % 3 == 0 ? 20 : 2))));
        var taken = New(new SeedPatchOptions { Count = 100, PatchSize = 8 }, images).Seeds.Select(seed => seed.Image).ToArray();
        Assert.IsLessThan(10, taken.Count(image => image % 3 == 0));
        CollectionAssert.AllItemsAreUnique(taken);
    }

    [TestMethod]
    public void MoreSeedsThanImages_AreSpread_AndKeepTheirDistance()
    {
        var images = new TestImages(4, 40, 40, 1, (image, y, x, _) => Noise(image, y, x));
        var seeds = New(new SeedPatchOptions { Count = 10, PatchSize = 8 }, images).Seeds;
        Assert.IsTrue(seeds.GroupBy(seed => seed.Image).All(group => group.Count() is 2 or 3));
        foreach (var (a, b) in from a in seeds from b in seeds where a.Image == b.Image && a.Turn < b.Turn select (a, b))
        {
            Assert.IsTrue(Math.Max(Math.Abs(a.Top - b.Top), Math.Abs(a.Left - b.Left)) >= 4);
        }
    }

    [TestMethod]
    public void Scales_AreStepsOfFourFifths_AndWindowsGrowWithThem()
    {
        var images = new TestImages(200, 60, 60, 1, (image, y, x, _) => Noise(image, y, x));
        var source = New(new SeedPatchOptions { Count = 200, PatchSize = 16, Scales = 4 }, images);
        Assert.IsNull(source.Size);
        CollectionAssert.AreEquivalent(new[] { 16, 20, 25, 31 }, source.Seeds.Select(seed => seed.Side).Distinct().ToArray());
        var index = source.Seeds.Index().First(seed => seed.Item.Scale == 3).Index;
        Assert.AreEqual(70, Read(source, index).Width); // 36 / 0.8³
    }

    [TestMethod]
    public void Window_InsideTheImage_IsThatPartOfIt_WithTheSeedInTheMiddle()
    {
        var images = new TestImages(50, 60, 60, 3, (image, y, x, c) => (byte)(Noise(image, y, x) + c));
        var source = New(new SeedPatchOptions { Count = 50, PatchSize = 8, Window = 12 }, images);
        Assert.AreEqual(new ImageSize(12, 12), source.Size);
        var original = new PixelBuffer();
        var inside = source.Seeds.Index().First(seed => seed.Item is { Top: >= 2 and < 48, Left: >= 2 and < 48 });
        images.Read(inside.Item.Image, original);
        var window = Read(source, inside.Index);
        for (var y = 0; y < 12; y++)
        {
            var row = original.Image.Pixels.Slice((((inside.Item.Top - 2 + y) * 60) + inside.Item.Left - 2) * 3, 36);
            Assert.IsTrue(row.SequenceEqual(window.Image.Pixels.Slice(y * 36, 36)));
        }
    }

    [TestMethod]
    [DataRow(Border.Reflect)]
    [DataRow(Border.Zero)]
    public void Window_OfAnImageThatIsNoLargerThanThePatch_HasItInTheMiddle(Border border)
    {
        var images = new TestImages(5, 28, 28, 1, (image, y, x, _) => (byte)Math.Max(1, (int)Noise(image, y, x)));
        var source = New(new SeedPatchOptions { Count = 5, PatchSize = 28, Border = border }, images);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, source.Seeds.Select(seed => seed.Image).ToArray());
        Assert.AreEqual(new ImageSize(64, 64), source.Size);
        var window = Read(source, 2).Image.Pixels.ToArray();
        Assert.AreEqual(Math.Max((byte)1, Noise(2, 5, 7)), window[((18 + 5) * 64) + 18 + 7]);
        Assert.AreEqual(border == Border.Zero, window.Contains((byte)0), "mirrored, there is no black");
        Assert.AreEqual(border == Border.Zero ? 0 : Math.Max((byte)1, Noise(2, 18, 18)), window[0]);
    }

    [TestMethod]
    public void Read_FromManyThreads_GivesWhatOneGives()
    {
        var source = New(new SeedPatchOptions { Count = 30, PatchSize = 8 }, Corner);
        var alone = Enumerable.Range(0, 30).Select(i => Read(source, i).Image.Pixels.ToArray()).ToArray();
        Parallel.For(0, 300, i => Assert.IsTrue(Read(source, i % 30).Image.Pixels.SequenceEqual(alone[i % 30])));
    }

    [TestMethod]
    public void FlatImages_GiveNoSeeds_AndTooFewAreSaid()
    {
        var flat = new TestImages(10, 16, 16, 1, (image, _, _, _) => (byte)image);
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(new SeedPatchOptions { Count = 10, PatchSize = 8 }, flat));
        Assert.AreEqual(FailureKind.Data, error.Kind);
        Assert.Contains("only 0 seed patches", error.Message);
    }

    [TestMethod]
    public void DamagedImage_IsNamed()
    {
        var damaged = new TestImages(10, 16, 16, 1, (_, _, _, _) => throw new ExperimentException(FailureKind.Data, "The image 'x.jpg' is damaged."));
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(new SeedPatchOptions { Count = 10, PatchSize = 8 }, damaged));
        Assert.Contains("x.jpg", error.Message);
    }

    [TestMethod]
    [Case("D1")]
    public void OneDamagedImageOfMany_GivesNoSeedAndIsListed()
    {
        var one = new TestImages(200, 16, 16, 1, (image, y, x, _) => image == 7 ? throw new ExperimentException(FailureKind.Data, "The image '7.jpg' is damaged.") : Noise(image, y, x));
        var source = New(new SeedPatchOptions { Count = 199, PatchSize = 8 }, one);
        Assert.AreEqual(199, source.Count);
        Assert.DoesNotContain(7, source.Seeds.Select(seed => seed.Image));
        Assert.AreEqual(new BadImage(7, "The image '7.jpg' is damaged."), source.Bad.Single());
        Assert.ThrowsExactly<ExperimentException>(() => New(new SeedPatchOptions { Count = 199, PatchSize = 8, MaximumBad = 0 }, one));
    }

    private static SeedPatchSource New(SeedPatchOptions options, TestImages images)
    {
        var descriptor = new ComponentDescriptor("test-images", typeof(IDataSource), typeof(SyntheticSource), typeof(SyntheticOptions));
        return new SeedPatchSource(options with { Source = new Component<IDataSource>(descriptor, new SyntheticOptions()) }, images);
    }

    private static PixelBuffer Read(SeedPatchSource source, int index)
    {
        var buffer = new PixelBuffer();
        source.Read(index, buffer);
        return buffer;
    }

    private static byte Noise(int image, int y, int x) => (byte)(new SampleRandom(1, (ulong)image, (ulong)y, (ulong)x).NextBits() >> 56);
}
