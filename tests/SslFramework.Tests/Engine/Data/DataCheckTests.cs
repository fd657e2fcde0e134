using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Core.Data.Decoding;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
internal class DataCheckTests
{
    [TestMethod]
    public void Of_Folder_CountsSizesDuplicatesAndBadImages()
    {
        using var folder = new TemporaryFolder();
        var png = ImageFixtures.Encode(SKEncodedImageFormat.Png, 2);
        folder.Write("top.png", ImageFixtures.Encode(SKEncodedImageFormat.Png, 4));
        folder.Write("cat/1.png", png);
        folder.Write("cat/2.png", png);
        folder.Write("dog/1.jpg", ImageFixtures.Jpeg(30, 10));
        folder.Write("dog/2.jpg", ImageFixtures.Jpeg(30, 10)[..^20]);
        folder.Write("dog/3.jpg", png);

        var check = DataCheck.Of(new ImageFolderSource(new() { Path = folder.Root }));
        Assert.AreEqual(6, check.Images);
        Assert.AreEqual(new DirectoryInfo(folder.Root).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), check.Bytes);
        CollectionAssert.AreEqual(new ClassCount[] { new("cat", 2), new("dog", 3) }, check.Classes.ToArray());
        Assert.AreEqual(1, check.Unlabelled);
        Assert.AreEqual(new SizeRange(new(6, 4), new(6, 4), new(10, 30)), check.Sizes);
        CollectionAssert.AreEqual(new[] { "cat/1.png", "cat/2.png", "dog/3.jpg" }, check.Duplicates.Single().ToArray());
        Assert.AreEqual(3, check.Bad.Single().Index);
        StringAssert.Contains(check.Bad.Single().Reason, "truncated");
    }

    [TestMethod]
    public void Of_AlphaAndSixteenBits_TellsWhatBecomesOfThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("plain.png", ImageFixtures.Encode(SKEncodedImageFormat.Png, 4));
        folder.Write("clear.png", ImageFixtures.Transparent(new SKColor(255, 0, 0, 20)));
        folder.Write("half.png", ImageFixtures.Transparent(new SKColor(255, 0, 0, 200)));
        folder.Write("deep.png", PngFixtures.Make(16, 0, 4, [0x00, 0x10, 0x05, 0x00, 0x0A, 0x00, 0x0F, 0xFF]));
        var source = new ImageFolderSource(new() { Path = folder.Root });
        var check = DataCheck.Of(source);
        Assert.AreEqual((new PartOfImages(2, 1), new PartOfImages(1, 1), 4), (check.Alpha, check.SixteenBits, check.FewestLevels));
        Assert.AreEqual(new PartOfImages(2, 0), DataCheck.Of(new ImageFolderSource(new() { Path = folder.Root, Alpha = AlphaChannel.Drop })).Alpha);
    }
}
