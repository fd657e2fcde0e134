using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SkiaSharp;
using SslFramework.Core.Data;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
public partial class ImageFolderSourceTests
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
        string[] names = ["-rf.png", "a\nb.png", "a b.png", "'\"$(x).png", "ä\u0301日本.png", "\u202Egnp.png", "%s.png", "back\\slash.png", new string('n', 250) + ".png"];
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
    }

    [TestMethod]
    public void Read_AFileThatIsGone_IsAReadErrorAndNoBadImage()
    {
        folder.Write("1.png", png);
        var source = Open();
        File.Delete(Path.Combine(folder.Root, "1.png"));
        var error = Assert.ThrowsExactly<ExperimentException>(() => new BadImages(source, 0.5).Read(0, 0, 0, new PixelBuffer()));
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        StringAssert.Contains(error.Message, "1.png' cannot be read");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Open_Links_AreFollowedAndCounted()
    {
        folder.Write("pool/cat/1.png", png);
        folder.Write("pool/cat/deep/2.png", png);
        folder.Write("photos/dog/3.png", png);
        Link("photos/cat", "../pool/cat");
        Link("photos/dog/4.png", "../../pool/cat/1.png");
        Link("photos/dog/5.png", "nowhere.png");
        var source = new ImageFolderSource(new() { Path = Path.Combine(folder.Root, "photos") });
        CollectionAssert.AreEqual(new[] { "cat/1.png", "cat/deep/2.png", "dog/3.png", "dog/4.png" }, Names(source));
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, source.Classes.ToArray());
        for (var i = 0; i < source.Count; i++)
        {
            source.Read(i, new PixelBuffer());
        }

        AssertNoted(source, "2 links were followed (1 to folders, 1 to files)", "1 link that leads nowhere was left out (dog/5.png)");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(20_000)]
    public void Open_CyclesOfLinks_AreFoundByTheirTruePath()
    {
        folder.Write("in/a/1.png", png);
        folder.Write("in/b/2.png", png);
        folder.Write("out/3.png", png);
        Link("in/self", ".");
        Link("in/a/up", "..");
        Link("in/a/up2", "../../in");
        Link("in/a/above", "../../..");
        Link("in/a/b", "../b");
        Link("in/b/a", "../a");
        Link("in/out", "../out");
        Link("out/back", "../in/out");
        var source = new ImageFolderSource(new() { Path = Path.Combine(folder.Root, "in") });
        CollectionAssert.AreEqual(new[] { "a/1.png", "a/b/2.png", "b/2.png", "b/a/1.png", "out/3.png" }, Names(source));
        Assert.IsTrue(source.Notes.Any(note => note.Contains("links to a folder that they lie in were left out", StringComparison.Ordinal)), string.Join('\n', source.Notes));
    }

    [TestMethod]
    public void Open_WhatIsNoImage_IsCountedByKind()
    {
        string[] names = ["a/1.png", "a/1.HEIC", "b/2.heic", "b/IMG.dng", "all.tar.gz", ".hidden.png", ".git/x.png", "README"];
        Array.ForEach(names, name => folder.Write(name, png[..(name.EndsWith(".png", StringComparison.Ordinal) ? png.Length : 4)]));
        var source = Open();
        CollectionAssert.AreEqual(new[] { "a/1.png" }, Names(source));
        AssertNoted(source, "5 files of other kinds were left out (2 .heic, 1 .dng, 1 .tar.gz and 1 other kind)", "2 hidden files and folders were left out (");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [SupportedOSPlatform("linux")]
    public void Open_WhatMayNotBeRead_IsLeftOutAndCounted()
    {
        folder.Write("ant/1.png", png);
        folder.Write("ant/2.png", png);
        folder.Write("lost+found/3.png", png);
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(folder.Root, "ant", "2.png"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(folder.Root, "lost+found"), UnixFileMode.None);
        const int nobody = 65534;
        var before = SetFileUser(nobody); // of this thread; it is refused to all but root, who may read everything
        try
        {
            var source = Open();
            CollectionAssert.AreEqual(new[] { "ant/1.png" }, Names(source));
            CollectionAssert.AreEqual(new[] { "ant" }, source.Classes.ToArray());
            AssertNoted(source, "2 files and folders that may not be read were left out (ant/2.png, lost+found)");
        }
        finally
        {
            _ = SetFileUser(before);
            File.SetUnixFileMode(Path.Combine(folder.Root, "lost+found"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public void Open_TheRootOfTrainAndVal_SaysThatTheyAreNoClasses()
    {
        folder.Write("train/cat/1.png", png);
        folder.Write("Val/cat/2.png", png);
        AssertNoted(Open(), "the classes are called train and Val");
        folder.Write("test/cat/2.png", png);
        Directory.Delete(Path.Combine(folder.Root, "train"), recursive: true);
        Assert.IsEmpty(Open().Notes, "test and val may well be classes");
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
        CollectionAssert.AreEqual(new[] { "a/1.png" }, Names(source));
        AssertNoted(source, "2 pipes, sockets, devices and links were left out (a/pipe, a/pipe.png)", "1 link to a folder that it lies in was left out (a/loop)");
    }

    [TestMethod]
    [DataRow(".zip", "archives are not read: unpack them")]
    [DataRow(".tar.gz", "compressed shards are not read: unpack them to .tar files")]
    public void Open_ArchivesAlone_SaysWhatToDoWithThem(string extension, string remedy)
    {
        folder.Write("all" + extension, [1]);
        DataErrors.AssertRefused(() => Open(), "1 other file", $"1 {extension}", remedy);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(int user);

    private void Link(string name, string target)
    {
        var place = Path.Combine(folder.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.CreateSymbolicLink(place, target);
    }

    private static string[] Names(ImageFolderSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Name)];

    private static void AssertNoted(ImageFolderSource source, params string[] parts) =>
        Array.ForEach(parts, part => Assert.IsTrue(source.Notes.Any(note => note.Contains(part, StringComparison.Ordinal)), $"{part}: {string.Join('\n', source.Notes)}"));

    private ImageFolderSource Open(DataSplit split = DataSplit.All) =>
        new(new() { Path = folder.Root, Split = split, TestFraction = 0.25 });
}
