using SkiaSharp;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Core.Data.Decoding;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class MaskFolderSourceTests
{
    private static readonly byte[] Row = [0, 1, 2, 255];

    private readonly TemporaryFolder folder = new();

    [TestInitialize]
    public void Fill()
    {
        foreach (var name in new[] { "a", "deep/b" })
        {
            folder.Write($"images/{name}.png", PngFixtures.Make(8, 0, 4, [10, 20, 30, 40]));
            folder.Write($"masks/{name}.png", PngFixtures.Make(8, 3, 4, Row, new byte[9]));
        }

        folder.Write("classes.txt", "sky\r\nwater\nroad\n"u8.ToArray());
    }

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Verify_TheContract_Holds() => new SourceContract(Open()).Verify();

    [TestMethod]
    public void ReadMap_APalette_GivesItsNumbers()
    {
        var (source, map) = (Open(), new PixelBuffer());
        CollectionAssert.AreEqual(new[] { "sky", "water", "road" }, source.Annotations.MapClasses.ToArray());
        Assert.AreEqual(LabelKinds.Maps, source.Annotations.Kinds);
        for (var i = 0; i < 2; i++)
        {
            source.ReadMap(i, map);
            CollectionAssert.AreEqual(Row, map.Image.Pixels.ToArray());
        }

        CollectionAssert.AreEqual(new[] { "a.png", "deep/b.png" }, Enumerable.Range(0, 2).Select(source.Name).ToArray());
        Assert.HasCount(4, source.Files);
    }

    [TestMethod]
    public void Construct_WhatIsMissingOrUnsound_IsRefusedInASentence()
    {
        folder.Write("images/c.jpg", ImageFixtures.Encode(SKEncodedImageFormat.Jpeg));
        DataErrors.AssertRefused(() => Open(), "1 of the 3 images", "'c.jpg'; put 'c.png' into");
        File.Delete(Path.Combine(folder.Root, "images/c.jpg"));

        folder.Write("classes.txt", "sky\n\nroad"u8.ToArray());
        DataErrors.AssertRefused(() => Open(), "has nothing in line 2");
        folder.Write("classes.txt", "sky\nsky"u8.ToArray());
        DataErrors.AssertRefused(() => Open(), "names a class twice");
        folder.Write("classes.txt", []);
        DataErrors.AssertRefused(() => Open(), "names 0 classes");
        File.Delete(Path.Combine(folder.Root, "classes.txt"));
        DataErrors.AssertRefused(() => Open(), "classes.txt' does not exist");
    }

    [TestMethod]
    public void Construct_ABackgroundThatIsNoClass_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ExperimentException>(() => new MaskFolderSource(new() { Path = folder.Root, Background = 3 })).Message, "\"background\" is 3");

    [TestMethod]
    public void Check_MapsThatDoNotFit_AreListed()
    {
        folder.Write("masks/a.png", PngFixtures.Make(8, 3, 3, Row[..3], new byte[9]));
        folder.Write("masks/deep/b.png", PngFixtures.Make(8, 3, 4, [3, 0, 0, 0], new byte[9]));
        var bad = DataCheck.Of(Open()).Bad;
        Assert.HasCount(2, bad);
        StringAssert.Contains(bad[0].Reason, "The map of image 'a.png' cannot be used: it has 3 × 1 pixels, but the image 4 × 1");
        StringAssert.Contains(bad[1].Reason, "it holds the class 3, but there are 3 classes");
        Assert.IsEmpty(DataFingerprint.Of(Open()).Usable);
    }

    private MaskFolderSource Open() => new(new MaskFolderOptions { Path = folder.Root, Channels = 1 });
}
