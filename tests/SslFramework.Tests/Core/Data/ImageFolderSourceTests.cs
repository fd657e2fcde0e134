using System.Diagnostics;
using SkiaSharp;
using SslFramework.Core.Data;

namespace SslFramework.Tests.Core.Data;

[TestClass]
public class ImageFolderSourceTests
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] png = ImageFixtures.Encode(SKEncodedImageFormat.Png, 2);

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Open_ClassFolders_AreTheClasses()
    {
        foreach (var name in new[] { "dog/2.png", "dog/deep/1.png", "cat/b.png", "cat/a.png", "Zebra/1.png" })
        {
            folder.Write(name, png);
        }

        var source = Open();
        CollectionAssert.AreEqual(new[] { "Zebra", "cat", "dog" }, source.Classes.ToArray());
        CollectionAssert.AreEqual(
            new[] { "Zebra/1.png", "cat/a.png", "cat/b.png", "dog/2.png", "dog/deep/1.png" },
            Enumerable.Range(0, source.Count).Select(source.Name).ToArray());
        CollectionAssert.AreEqual(new int?[] { 0, 1, 1, 2, 2 }, Enumerable.Range(0, source.Count).Select(source.Label).ToArray());
    }

    [TestMethod]
    public void Open_ImagesDirectlyInside_HaveNoLabels()
    {
        folder.Write("1.png", png);
        folder.Write("2.png", png);
        var source = Open();
        Assert.IsEmpty(source.Classes);
        Assert.IsNull(source.Label(0));
    }

    [TestMethod]
    public void Read_WrongExtension_GoesByContent()
    {
        folder.Write("a.jpg", png);
        folder.Write("b", ImageFixtures.Encode(SKEncodedImageFormat.Jpeg, 2));
        folder.Write("notes.txt", "no image"u8.ToArray());
        folder.Write(".hidden.png", png);
        var source = Open();
        Assert.AreEqual(2, source.Count);
        var buffer = new PixelBuffer();
        for (var i = 0; i < source.Count; i++)
        {
            source.Read(i, buffer);
            Assert.AreEqual((6, 4, 3), (buffer.Height, buffer.Width, buffer.Channels));
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Read_OddNames_AreImagesLikeOthers()
    {
        string[] names = ["-rf.png", "a\nb.png", "a b.png", "'\"$(x).png", "ä\u0301日本.png", "\u202Egnp.png", "%s.png", new string('n', 250) + ".png"];
        Array.ForEach(names, name => folder.Write(name, png));
        var source = Open();
        CollectionAssert.AreEquivalent(names, Enumerable.Range(0, source.Count).Select(source.Name).ToArray());
        for (var i = 0; i < source.Count; i++)
        {
            source.Read(i, new PixelBuffer());
        }
    }

    [TestMethod]
    public void Read_BadFiles_AreNamed()
    {
        folder.Write("empty.jpg", []);
        folder.Write("text.jpg", "no image"u8.ToArray());
        folder.Write("zz.jpg", png);
        var source = Open();
        DataErrors.AssertRefused(() => source.Read(0, new PixelBuffer()), "empty.jpg", "0 bytes");
        DataErrors.AssertRefused(() => source.Read(1, new PixelBuffer()), "text.jpg", "not a JPEG");
        File.Delete(Path.Combine(folder.Root, "zz.jpg"));
        DataErrors.AssertRefused(() => source.Read(2, new PixelBuffer()), "zz.jpg", "cannot be read");
    }

    [TestMethod]
    public void Split_TrainAndTest_ShareOutAllImages()
    {
        for (var i = 0; i < 200; i++)
        {
            folder.Write($"c{i % 2}/{i}.png", [1]);
        }

        var train = Open(DataSplit.Train);
        var test = Open(DataSplit.Test);
        string[] Files(ImageFolderSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Name)];
        CollectionAssert.AreEquivalent(Files(Open()), Files(train).Concat(Files(test)).ToArray());
        Assert.IsTrue(test.Count is > 30 and < 70, $"{test.Count} of 200, asked for a quarter");

        // More images do not move any image to the other part.
        var before = Files(test);
        folder.Write("c0/new.png", [1]);
        CollectionAssert.IsSubsetOf(before, Files(Open(DataSplit.Test)));
    }

    [TestMethod]
    public void Open_NoImages_SaysWhatIsThere()
    {
        DataErrors.AssertRefused(() => Open(), folder.Root, "holds no image", "nor any other file");
        folder.Write("a/readme.md", [1]);
        folder.Write("a/table.csv", [1]);
        folder.Write("b/table.csv", [1]);
        DataErrors.AssertRefused(() => Open(), "3 other files", "2 .csv", "1 .md");
        DataErrors.AssertRefused(() => _ = new ImageFolderSource(new() { Path = Path.Combine(folder.Root, "none") }), "does not exist");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(20_000)]
    public void Open_LoopsAndPipes_AreLeftOut()
    {
        folder.Write("a/1.png", png);
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "a", "loop"), folder.Root);
        using var mkfifo = Process.Start("mkfifo", [Path.Combine(folder.Root, "a", "pipe"), Path.Combine(folder.Root, "a", "pipe.png")]);
        mkfifo.WaitForExit();

        var source = Open();
        CollectionAssert.AreEqual(new[] { "a/1.png", "a/pipe.png" }, Enumerable.Range(0, source.Count).Select(source.Name).ToArray());
        DataErrors.AssertRefused(() => source.Read(1, new PixelBuffer()), "pipe.png");
    }

    private ImageFolderSource Open(DataSplit split = DataSplit.All) =>
        new(new() { Path = folder.Root, Split = split, TestFraction = 0.25 });
}
