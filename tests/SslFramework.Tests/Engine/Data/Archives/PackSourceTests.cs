using SslFramework.Core.Data;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Core.Data.Decoding.Tiff;

namespace SslFramework.Tests.Engine.Data.Archives;

[TestClass]
public class PackSourceTests
{
    private readonly TemporaryFolder folder = new();
    private readonly string pack;

    public PackSourceTests()
    {
        pack = Path.Combine(folder.Root, "all.pack");
        for (var i = 0; i < 5; i++)
        {
            folder.Write($"images/{(i < 2 ? "cat" : "dog")}/{i}.jpg", ImageFixtures.Jpeg(40 + i, 30));
        }

        folder.Write("images/dog/bad.jpg", [1, 2, 3]);
    }

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Write_Files_ReadTheSame(int channels)
    {
        var source = Images(channels);
        var bad = PackWriter.Write(source, pack, shorterSide: null);
        CollectionAssert.AreEqual(new[] { 5 }, bad.Select(image => image.Index).ToArray());
        StringAssert.Contains(bad[0].Reason, "bad.jpg");

        var packed = new PackSource(new() { Path = pack, Channels = channels });
        Assert.AreEqual(5, packed.Count);
        CollectionAssert.AreEqual(source.Classes.ToArray(), packed.Classes.ToArray());
        for (var i = 0; i < 5; i++)
        {
            Assert.AreEqual((source.Name(i), source.Label(i)), (packed.Name(i), packed.Label(i)));
            CollectionAssert.AreEqual(source.Encoded(i), packed.Encoded(i));
            CollectionAssert.AreEqual(Pixels(source, i), Pixels(packed, i));
        }
    }

    [TestMethod]
    public void Write_Pixels_ShrinksTheShorterSideAndNeverEnlarges()
    {
        PackWriter.Write(Images(3), pack, shorterSide: 15);
        var packed = new PackSource(new() { Path = pack });
        var buffer = new PixelBuffer();
        packed.Read(0, buffer);
        Assert.AreEqual((15, 20, 3), (buffer.Height, buffer.Width, buffer.Channels));
        packed.Read(4, buffer);
        Assert.AreEqual((15, 22), (buffer.Height, buffer.Width));

        PackWriter.Write(Images(3), pack, shorterSide: 100);
        CollectionAssert.AreEqual(Pixels(Images(3), 1), Pixels(new PackSource(new() { Path = pack }), 1));
    }

    [TestMethod]
    public void Read_PixelsOfOtherChannels_AreConverted()
    {
        PackWriter.Write(Images(3), pack, shorterSide: 100);
        CollectionAssert.AreEqual(Pixels(Images(1), 0), Pixels(new PackSource(new() { Path = pack, Channels = 1 }), 0));
        PackWriter.Write(Images(1), pack, shorterSide: 100);
        var gray = Pixels(Images(1), 0);
        CollectionAssert.AreEqual(gray.SelectMany(level => new[] { level, level, level }).ToArray(), Pixels(new PackSource(new() { Path = pack }), 0));
    }

    [TestMethod]
    public void Write_DeepPixels_KeepDepthAndChannels()
    {
        using var folder = new TemporaryFolder();
        var tiff = new TiffFixtures(20, 30, 5, 16);
        folder.Write("a.tif", tiff.File());
        ImageFolderSource Source(int depth) => new(new() { Path = folder.Root, Channels = 5, Depth = depth });
        int[] Deep(IDataSource source)
        {
            var buffer = new PixelBuffer();
            source.Read(0, buffer);
            return [.. buffer.Image.DeepPixels.ToArray().Select(value => (int)value)];
        }

        PackWriter.Write(Source(16), pack, shorterSide: 100);
        CollectionAssert.AreEqual(tiff.Values, Deep(new PackSource(new() { Path = pack, Channels = 5, Depth = 16 })));
        CollectionAssert.AreEqual(Pixels(Source(8), 0), Pixels(new PackSource(new() { Path = pack, Channels = 5 }), 0));
        DataErrors.AssertRefused(() => Pixels(new PackSource(new() { Path = pack }), 0), "has 5 channels");
        var error = Assert.ThrowsExactly<ExperimentException>(() => new PackSource(new() { Path = pack, Channels = 5, Window = [0, 9] }));
        StringAssert.Contains(error.Message, "to which a window was applied");

        PackWriter.Write(Source(16), pack, shorterSide: 10);
        Assert.HasCount(10 * 15 * 5, Deep(new PackSource(new() { Path = pack, Channels = 5, Depth = 16 })));
        PackWriter.Write(Source(16), pack, shorterSide: null); // the file as it is
        CollectionAssert.AreEqual(tiff.Values, Deep(new PackSource(new() { Path = pack, Channels = 5, Depth = 16 })));
    }

    [TestMethod]
    public void Open_AnyByteChanged_IsNoticed()
    {
        PackWriter.Write(Images(3), pack, shorterSide: 4);
        var whole = File.ReadAllBytes(pack);
        int[] meant = // all but what lies between images, each at a multiple of 64
        [
            .. Enumerable.Range(0, 12), .. Enumerable.Range(16, 16), .. Enumerable.Range(64, 60), .. Enumerable.Range(128, 60),
            .. Enumerable.Range(192, 72), .. Enumerable.Range(320, 72), .. Enumerable.Range(448, 72), .. Enumerable.Range(576, whole.Length - 576),
        ];
        for (var i = 0; i < meant.Length; i += 3)
        {
            var damaged = whole.ToArray();
            damaged[meant[i]] ^= (byte)(1 << (i % 8));
            var copy = folder.Write("damaged.pack", damaged);
            Assert.ThrowsExactly<ExperimentException>(() => ReadAll(copy), $"byte {meant[i]}");
            File.Delete(copy);
        }

        for (var length = 0; length < whole.Length; length += 7)
        {
            var copy = folder.Write("short.pack", whole[..length]);
            Assert.ThrowsExactly<ExperimentException>(() => ReadAll(copy), $"{length} bytes");
        }

        static void ReadAll(string path)
        {
            var source = new PackSource(new() { Path = path });
            for (var i = 0; i < source.Count; i++)
            {
                source.Read(i, new PixelBuffer());
            }
        }
    }

    [TestMethod]
    public void Write_NothingUsable_LeavesNothing()
    {
        var empty = Directory.CreateDirectory(Path.Combine(folder.Root, "empty")).FullName;
        File.WriteAllBytes(Path.Combine(empty, "bad.jpg"), [1]);
        DataErrors.AssertRefused(() => PackWriter.Write(new ImageFolderSource(new() { Path = empty }), pack, null), "nothing to pack", "bad.jpg");
        Assert.IsFalse(File.Exists(pack));
    }

    [TestMethod]
    public void Open_OtherFile_IsNamed()
    {
        var text = folder.Write("notes.txt", "not a pack at all, but long enough to hold the header of one …………"u8.ToArray());
        DataErrors.AssertRefused(() => _ = new PackSource(new() { Path = text }), "notes.txt", "not a pack");
        DataErrors.AssertRefused(() => _ = new PackSource(new() { Path = "nowhere.pack" }), "nowhere.pack");
    }

    [TestMethod]
    public void Open_FilesOfOtherKinds_AreNamedWithTheRemedy()
    {
        foreach (var (name, content, remedy) in new (string, byte[], string)[]
        {
            ("photos.zip", [.. "PK\u0003\u0004"u8, 0], "is a zip archive; unpack it, or make a tar"), ("s.tar.gz", [0x1F, 0x8B, 8], "is compressed with gzip; unpack it"),
            ("one.jpg", ImageFixtures.Jpeg(4, 4), "is one picture; name the folder"), ("one.bmp", ImageFixtures.Bitmap(), "is one picture"),
            ("all.h5", [0x89, .. "HDF\r\n"u8], "is an HDF5 file"), ("empty.pack", [], "is not a pack"),
        })
        {
            var path = folder.Write(name, content);
            DataErrors.AssertRefused(() => _ = new PackSource(new() { Path = path }), name, remedy);
        }
    }

    [TestMethod]
    public void Write_AnIndexLargerThanAReaderTakes_IsRefusedAtTheStart() =>
        DataErrors.AssertRefused(() => PackWriter.Write(new LongNames(), pack, null), "1,100 images", "pack parts of them");

    /// <summary>Images with names of 2 MB, none of which may be read.</summary>
    private sealed class LongNames : IEncodedSource
    {
        private readonly string name = new('n', 2 << 20);

        public int Count => 1100;

        public int Channels => 3;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public string Name(int index) => name;

        public byte[] Encoded(int index) => throw new InvalidOperationException("It was not refused.");

        public void Read(int index, PixelBuffer destination) => throw new InvalidOperationException("It was not refused.");
    }

    private ImageFolderSource Images(int channels) => new(new() { Path = Path.Combine(folder.Root, "images"), Channels = channels });

    private static byte[] Pixels(IDataSource source, int index)
    {
        var buffer = new PixelBuffer();
        source.Read(index, buffer);
        return buffer.Image.Pixels.ToArray();
    }
}
