using System.Buffers.Binary;
using System.IO.Compression;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
internal class IdxSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Read_PackedAndPlain_AreEqual()
    {
        var content = Images(5, 3, 4);
        var plain = new IdxSource(new() { Images = folder.Write("images", content) });
        var packed = new IdxSource(new() { Images = folder.Write("images.gz", Pack(content)) });
        Assert.AreEqual((5, 1, new ImageSize(3, 4)), (plain.Count, plain.Channels, plain.Size));
        for (var i = 0; i < 5; i++)
        {
            CollectionAssert.AreEqual(Pixels(plain, i), Pixels(packed, i));
            Assert.AreEqual((byte)(i * 12), Pixels(plain, i)[0]);
        }
    }

    [TestMethod]
    public void Read_SkipAndTake_CutThatPart()
    {
        var options = new IdxOptions
        {
            Images = folder.Write("images", Images(6, 2, 2)),
            Labels = folder.Write("labels", Labels(0, 1, 2, 3, 4, 5)),
            Skip = 2,
            Take = 3,
        };
        var source = new IdxSource(options);
        Assert.AreEqual(3, source.Count);
        Assert.AreEqual(2, source.Label(0));
        Assert.AreEqual((byte)8, Pixels(source, 0)[0]);
        Assert.HasCount(6, source.Classes);
        Assert.AreEqual(4, new IdxSource(options with { Take = null }).Count);
        DataErrors.AssertRefused(() => _ = new IdxSource(options with { Take = 5 }), "6 images", "\"take\" 5");
        DataErrors.AssertRefused(() => _ = new IdxSource(options with { Skip = 6, Take = null }), "\"skip\" 6");
    }

    [TestMethod]
    public void Read_ThreeChannels_RepeatsTheGrey()
    {
        var source = new IdxSource(new() { Images = folder.Write("images", Images(2, 2, 2)), Channels = 3 });
        CollectionAssert.AreEqual(new byte[] { 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7 }, Pixels(source, 1));
    }

    [TestMethod]
    public void Open_WrongFiles_SaysWhatIsThere()
    {
        var images = folder.Write("images", Images(2, 2, 2));
        var labels = folder.Write("labels", Labels(0, 1));
        Refused(new() { Images = Path.Combine(folder.Root, "none") }, "none", "does not exist");
        Refused(new() { Images = labels }, "00000801", "00000803", "holds labels");
        Refused(new() { Images = images, Labels = images }, "00000803", "holds images");
        Refused(new() { Images = folder.Write("text", "hello world"u8.ToArray()) }, "68656C6C");
        Refused(new() { Images = folder.Write("empty", []) }, "empty", "ends early");
        Refused(new() { Images = images, Labels = folder.Write("three", Labels(0, 1, 2)) }, "3 labels", "2 images");
        Refused(new() { Images = images, Labels = labels, Classes = ["a"] }, "up to 1", "names 1");
    }

    [TestMethod]
    public void Open_WrongLength_IsRefused()
    {
        var content = Images(5, 3, 4);
        var packed = Pack(content);
        Refused(new() { Images = folder.Write("short", content[..^1]) }, "5 × 3 × 4");
        Refused(new() { Images = folder.Write("long", [.. content, 0]) }, "longer");
        Refused(new() { Images = folder.Write("short.gz", Pack(content[..^1])) }, "ends early");
        Refused(new() { Images = folder.Write("cut.gz", packed[..(packed.Length / 2)]) }, "damaged");
        Refused(new() { Images = folder.Write("bomb.gz", Pack(Header(0x0803, 20000, 300, 300))) }, "20000 × 300 × 300");
        Refused(new() { Images = folder.Write("huge", Header(0x0803, 2_000_000_000, 2_000_000_000, 2)) }, "dimension 2");
        Refused(new() { Images = folder.Write("negative", Header(0x0803, -1, 2, 2)) }, "-1 for dimension 1");
    }

    [TestMethod]
    public void Read_FashionMnistThatShips_IsWhole()
    {
        var data = Path.Combine(RepositoryRoot(), "host", "data", "fashion-mnist");
        var source = new IdxSource(new()
        {
            Images = Path.Combine(data, "t10k-images-idx3-ubyte.gz"),
            Labels = Path.Combine(data, "t10k-labels-idx1-ubyte.gz"),
        });
        Assert.AreEqual(10_000, source.Count);
        Assert.HasCount(10, source.Classes);
        var ofClass = Enumerable.Range(0, source.Count).GroupBy(i => source.Label(i)!.Value).ToArray();
        Assert.IsTrue(ofClass.All(group => group.Count() == 1000), "a thousand of each class");
        var mean = Enumerable.Range(0, 500).Average(i => Pixels(source, i).Average(p => p / 255.0));
        Assert.AreEqual(0.286, mean, 0.02);
    }

    private static string RepositoryRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "SslFramework.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("SslFramework.sln is above no folder of the tests.");
        }

        return at;
    }

    private static void Refused(IdxOptions options, params string[] parts) =>
        DataErrors.AssertRefused(() => _ = new IdxSource(options), parts);

    private static byte[] Pixels(IdxSource source, int index)
    {
        var buffer = new PixelBuffer();
        source.Read(index, buffer);
        return buffer.Image.Pixels.ToArray();
    }

    private static byte[] Images(int count, int height, int width) =>
        [.. Header(0x0803, count, height, width), .. Enumerable.Range(0, count * height * width).Select(i => (byte)i)];

    private static byte[] Labels(params byte[] labels) => [.. Header(0x0801, labels.Length), .. labels];

    private static byte[] Header(params int[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), words[i]);
        }

        return bytes;
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
