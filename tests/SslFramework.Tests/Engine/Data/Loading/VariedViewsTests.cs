using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Loading;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Data.Loading;

[TestClass]
public class VariedViewsTests
{
    private const double Share = 0.6;
    private static readonly SceneSource Source = Scenes.Of(12);

    private static readonly RecipeAugmentation Crops = Recipes.Build(
        new DataInfo(12, 1) { Size = new ImageSize(64, 64) }, 1,
        Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 24 }), Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()));

    /// <summary>Against a loop over attempts, each with a random key of its own.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void Read_ViewsOfWhichNoClassHasTooMuch_AreTheFirstOfTenAttempts(int threads)
    {
        var (images, again, lost) = (Of(threads), 0, 0);
        foreach (var batch in images.ReadAnnotatedShuffled(4, 5, 3, Share))
        {
            var maps = batch.Maps!.data<byte>().ToArray().Chunk(24 * 24).ToArray();
            for (var i = 0; i < 4; i++)
            {
                var (expected, attempts) = Literal((int)batch.Indices[i]);
                CollectionAssert.AreEqual(expected, maps[i]);
                again += attempts > 1 ? 1 : 0;
                lost += attempts == 11 ? 1 : 0;
            }
        }

        Assert.IsTrue(again > lost, "some were drawn anew, and it helped");
    }

    [TestMethod]
    public void Read_WithoutALimit_IsAsEver() => CollectionAssert.AreEqual(
        Of(0).ReadAnnotatedShuffled(4, 5, 3).SelectMany(batch => batch.Geometry).ToArray(),
        Of(0).ReadAnnotatedShuffled(4, 5, 3, 1).SelectMany(batch => batch.Geometry).ToArray());

    private static (byte[] Map, int Attempts) Literal(int image)
    {
        var (pixels, map) = (new PixelBuffer(), new PixelBuffer());
        Source.Read(image, pixels);
        Source.ReadMap(image, map);
        var shown = new byte[24 * 24];
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var geometry = Crops.Trace(pixels.Image, 0, new SampleRandom(5, 3, (ulong)image, (ulong)attempt << 32), new float[24 * 24]);
            LabelMap.Show(map.Image, geometry, new ImageSize(24, 24), shown);
            var counted = shown.Where(label => label != 255).ToArray();
            var shares = counted.GroupBy(label => label).Select(group => (double)group.Count() / counted.Length).ToArray();
            if (shares.Length > 1 && shares.Max() < Share)
            {
                return (shown, attempt + 1);
            }
        }

        return (shown, 11);
    }

    private static LabeledImages Of(int threads) => new(Source, Scenes.Transform(Source), CPU, threads, needsLabels: false) { TrainTransform = Crops };
}
