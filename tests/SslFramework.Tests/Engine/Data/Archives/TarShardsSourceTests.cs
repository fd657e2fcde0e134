using System.Formats.Tar;
using System.Text;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Archives;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Archives;

[TestClass]
public class TarShardsSourceTests
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] png = ImageFixtures.Encode(SKEncodedImageFormat.Png, 2);

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Open_WebDataset_HasImagesAndClasses()
    {
        Shard("train-0001.tar", ("b/007.jpg", ImageFixtures.Jpeg(6, 5)), ("b/007.cls", "1\n"u8.ToArray()), ("b/007.json", "{}"u8.ToArray()));
        Shard("train-0000.tar", ("a/001.cls", "4"u8.ToArray()), ("a/001.png", png), ("a/002.png", png));
        var source = Open();
        CollectionAssert.AreEqual(
            new[] { "a/001.png", "a/002.png", "b/007.jpg" }, Enumerable.Range(0, source.Count).Select(source.Name).ToArray());
        CollectionAssert.AreEqual(new int?[] { 4, null, 1 }, Enumerable.Range(0, source.Count).Select(source.Label).ToArray());
        Assert.HasCount(5, source.Classes);

        var (fromShard, direct) = (new PixelBuffer(), new PixelBuffer());
        source.Read(2, fromShard);
        ImageDecoder.Decode(ImageFixtures.Jpeg(6, 5), new DecodeOptions(), "jpeg", direct);
        CollectionAssert.AreEqual(direct.Image.Pixels.ToArray(), fromShard.Image.Pixels.ToArray());
        CollectionAssert.AreEqual(png, source.Encoded(0));
    }

    [TestMethod]
    public void Open_DottedNames_AreOneSampleThatOccursSeveralTimes()
    {
        Shard("0.tar", ("v1.000.jpg", png), ("v1.000.cls", "0"u8.ToArray()), ("v1.001.jpg", png), ("v1.001.cls", "1"u8.ToArray()));
        DataErrors.AssertRefused(() => Open(), "'v1' occurs several times", "0.tar", "v1.000.cls", "v1.001.cls");
        Shard("0.tar", ("v1.000.jpg", png), ("v1.001.jpg", png));
        DataErrors.AssertRefused(() => Open(), "'v1' occurs several times", "v1.000.jpg", "v1.001.jpg");
        Shard("0.tar", ("a/b.jpg", png), ("a/b.cls", "0"u8.ToArray()), ("c.jpg", png), ("a/b.jpg", png));
        DataErrors.AssertRefused(() => Open(), "'a/b' occurs several times");
    }

    [TestMethod]
    public void Open_SeveralImagesOfASample_TakesThePlainestOrTheOneAskedFor()
    {
        var jpeg = ImageFixtures.Jpeg(6, 5);
        Shard("0.tar", ("0.depth.png", png), ("0.jpg", jpeg), ("0.cls", "1"u8.ToArray()), ("0.seg.png", png), ("1.JPG", jpeg));
        var source = Open();
        CollectionAssert.AreEqual(new[] { "0.jpg", "1.JPG" }, Names(source));
        Assert.AreEqual(1, source.Label(0));
        AssertNoted(source, "2 further images of samples were left out (0.depth.png, 0.seg.png)");
        CollectionAssert.AreEqual(new[] { "0.seg.png", "1.JPG" }, Names(Open("seg.png;jpg")));
        CollectionAssert.AreEqual(new[] { "0.depth.png" }, Names(Open(".depth.png")));
        Assert.AreEqual(1, Open(".depth.png").Label(0));
        DataErrors.AssertRefused(() => Open("tif"), "no image with the extension tif");

        Shard("0.tar", ("s.left.png", png), ("s.right.png", png));
        DataErrors.AssertRefused(() => Open(), "s.left.png", "\"extension\"");
        CollectionAssert.AreEqual(new[] { "s.right.png" }, Names(Open("right.png")));
    }

    [TestMethod]
    public void Open_WhatIsNoImage_IsCountedByKind()
    {
        Shard("0.tar", ("0.jpg", png), ("0.json", [1]), ("1.heic", [1]), ("./._0.jpg", [1]), ("./1.png", png));
        folder.Write("more.tar.gz", [1]);
        folder.Write("sizes.json", [1]);
        var source = Open();
        CollectionAssert.AreEqual(new[] { "0.jpg", "./1.png" }, Names(source));
        AssertNoted(source, "2 files of other kinds were left out (1 .json, 1 .tar.gz)", "2 files of other kinds were left out (1 .heic, 1 .json)", "1 hidden file or folder was left out (./._0.jpg)");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(20_000)]
    public void Open_LinkedShards_AreFollowedAndCyclesAreNot()
    {
        Shard("0.tar", ("0.png", png));
        Directory.CreateDirectory(Path.Combine(folder.Root, "set"));
        File.CreateSymbolicLink(Path.Combine(folder.Root, "set", "1.tar"), "../0.tar");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "set", "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "set", "self"), ".");
        var source = new TarShardsSource(new() { Path = Path.Combine(folder.Root, "set") });
        source.Read(0, new PixelBuffer());
        Assert.AreEqual(1, source.Count);
        AssertNoted(source, "1 link was followed (0 to folders, 1 to files)", "2 links to a folder that they lie in were left out (");
    }

    [TestMethod]
    public void Open_ACompressedShard_SaysWhatItIs()
    {
        var path = folder.Write("x.tar", [0x1F, 0x8B, .. new byte[600]]);
        DataErrors.AssertRefused(() => _ = new TarShardsSource(new() { Path = path }), "x.tar' is compressed with gzip; unpack it first");
    }

    [TestMethod]
    public void Open_Again_ReadsTheKeptIndexUnlessAShardChanged()
    {
        var many = Enumerable.Range(0, 2100).Select(i => ($"{i:D5}.png", png)).ToArray();
        Shard("0.tar", many);
        var before = Open();
        CollectionAssert.AreEqual(Names(before), Names(Open()));
        Shard("0.tar", [.. many, ("last.png", png)]);
        Assert.AreEqual("last.png", Open().Name(2100));
        Shard("0.tar", [.. many, ("00000.seg.png", png)]);
        CollectionAssert.AreEqual(Open().Notes.ToArray(), Open().Notes.ToArray());
        Assert.IsNotEmpty(Open().Notes);
        CollectionAssert.AreEqual(new[] { "00000.seg.png" }, Names(Open("seg.png")), "the kept index is that of other options");
    }

    [TestMethod]
    public void Open_HostileEntries_AreNeverUnpacked()
    {
        var path = Path.Combine(folder.Root, "hostile.tar");
        using (var writer = new TarWriter(File.Create(path), TarEntryFormat.Pax))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link.png") { LinkName = "/etc/passwd" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "hard.png") { LinkName = "../../x" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, "device.png"));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Fifo, "pipe.png"));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "folder.png"));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "../../outside.png") { DataStream = new MemoryStream(png) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "inner.tar") { DataStream = new MemoryStream(png) });
        }

        var source = Open();
        Assert.AreEqual(1, source.Count);
        AssertNoted(source, "4 pipes, sockets, devices and links were left out (link.png, hard.png, device.png, …)", "1 file of another kind was left out (1 .tar)");
        source.Read(0, new PixelBuffer());
        Assert.HasCount(1, Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Open_DamagedShard_IsNamed()
    {
        var path = Shard("0.tar", ("1.png", png), ("2.png", new byte[5000]));
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..4000]);
        DataErrors.AssertRefused(() => Open(), "0.tar", "2.png", "cut off", "download it again");

        var wrong = whole.ToArray();
        wrong[512 + ((png.Length + 511) / 512 * 512) + 8] ^= 0x55; // in the header of the second entry
        File.WriteAllBytes(path, wrong);
        DataErrors.AssertRefused(() => Open(), "0.tar", "damaged");
    }

    [TestMethod]
    public void Open_RandomDamage_NeverDoesWorseThanAnError()
    {
        var path = Shard("0.tar", ("1.png", png), ("1.cls", "3"u8.ToArray()), (new string('n', 200) + ".png", png));
        var whole = File.ReadAllBytes(path);
        var random = new SampleRandom(7, 0, 0, 0);
        for (var i = 0; i < 200; i++)
        {
            var damaged = whole.ToArray();
            for (var flip = 0; flip < 3; flip++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged[..(1 + random.Next(damaged.Length))]);
            try
            {
                Open();
            }
            catch (ExperimentException error)
            {
                Assert.AreEqual(FailureKind.Data, error.Kind, error.Message);
            }
        }
    }

    [TestMethod]
    [DataRow("cat")]
    [DataRow("-1")]
    [DataRow("99999999999999999999")]
    [DataRow("")]
    public void Open_LabelThatIsNoNumber_IsNamed(string label)
    {
        Shard("0.tar", ("1.png", png), ("1.cls", Encoding.UTF8.GetBytes(label)));
        DataErrors.AssertRefused(() => Open(), "1.cls", "0.tar", "whole number");
    }

    [TestMethod]
    public void Open_NothingThere_SaysSo()
    {
        DataErrors.AssertRefused(() => Open(), "no .tar file");
        Shard("0.tar", ("readme.txt", [1]));
        DataErrors.AssertRefused(() => Open(), "hold no image");
        DataErrors.AssertRefused(() => _ = new TarShardsSource(new() { Path = "nowhere" }), "nowhere");
    }

    [TestMethod]
    public void Read_ShardThatIsGone_IsAReadErrorAndNoBadImage()
    {
        var path = Shard("0.tar", ("1.png", png), ("2.png", png));
        var source = Open();
        File.Delete(path);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new BadImages(source, 0.5).Read(1, 0, 0, new PixelBuffer()));
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        StringAssert.Contains(error.Message, "2.png in ");
        StringAssert.Contains(error.Message, "0.tar");
    }

    private TarShardsSource Open(string extension = "") => new(new() { Path = folder.Root, Extension = extension });

    private static string[] Names(TarShardsSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Name)];

    private static void AssertNoted(TarShardsSource source, params string[] parts) =>
        Array.ForEach(parts, part => Assert.IsTrue(source.Notes.Any(note => note.Contains(part, StringComparison.Ordinal)), $"{part}: {string.Join('\n', source.Notes)}"));

    private string Shard(string name, params (string Name, byte[] Content)[] entries)
    {
        var path = Path.Combine(folder.Root, name);
        using var writer = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        foreach (var (entry, content) in entries)
        {
            writer.WriteEntry(entry.Length > 99
                ? new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(content) }
                : new UstarTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(content) });
        }

        return path;
    }
}
