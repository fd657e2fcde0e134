using System.Formats.Tar;
using System.Text;
using SkiaSharp;
using SslFramework.Core.Data;

namespace SslFramework.Tests.Core.Data;

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
        Shard("train-0000.tar", ("a/001.cls", "4"u8.ToArray()), ("a/001.left.png", png), ("a/001.right.png", png), ("a/002.png", png));
        var source = Open();
        CollectionAssert.AreEqual(
            new[] { "a/001.left.png", "a/001.right.png", "a/002.png", "b/007.jpg" }, Enumerable.Range(0, source.Count).Select(source.Name).ToArray());
        CollectionAssert.AreEqual(new int?[] { 4, 4, null, 1 }, Enumerable.Range(0, source.Count).Select(source.Label).ToArray());
        Assert.HasCount(5, source.Classes);

        var (fromShard, direct) = (new PixelBuffer(), new PixelBuffer());
        source.Read(3, fromShard);
        ImageDecoder.Decode(ImageFixtures.Jpeg(6, 5), 3, "jpeg", direct);
        CollectionAssert.AreEqual(direct.Image.Pixels.ToArray(), fromShard.Image.Pixels.ToArray());
        CollectionAssert.AreEqual(png, source.Encoded(0));
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

        static string[] Names(TarShardsSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Name)];
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
                Assert.AreEqual(ExitCode.Data, error.ExitCode, error.Message);
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
    public void Read_ShardThatShrinks_IsABadImage()
    {
        var path = Shard("0.tar", ("1.png", png), ("2.png", png));
        var source = Open();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1600]);
        DataErrors.AssertRefused(() => source.Read(1, new PixelBuffer()), "2.png", "0.tar");
        source.Read(0, new PixelBuffer());
    }

    private TarShardsSource Open() => new(new() { Path = folder.Root });

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
