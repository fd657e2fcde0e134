using SslFramework.Core.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
public class CifarSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Cifar10_OfAFolder_ReadsTheFilesOfTheSplit()
    {
        for (var file = 1; file <= 5; file++)
        {
            folder.Write($"data_batch_{file}.bin", [.. Record([(byte)file], 10), .. Record([(byte)file], 20)]);
        }

        folder.Write("test_batch.bin", Record([9], 30));
        folder.Write("batches.meta.txt", "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"u8.ToArray());
        var train = new Cifar10Source(new() { Path = folder.Root });
        Assert.AreEqual((10, 3, new ImageSize(32, 32)), (train.Count, train.Channels, train.Size));
        Assert.AreEqual("truck", train.Classes[9]);
        Assert.AreEqual(2, train.Label(3));
        Assert.AreEqual(1, new Cifar10Source(new() { Path = folder.Root, Split = DataSplit.Test }).Count);
        Assert.AreEqual(11, new Cifar10Source(new() { Path = folder.Root, Split = DataSplit.All }).Count);
    }

    [TestMethod]
    public void Construct_NamesThatAreNoText_AreRefusedInASentence()
    {
        folder.Write("test_batch.bin", Record([9], 30));
        folder.Write("batches.meta.txt", [0xFF, 0xFE, 0, (byte)'a']);
        DataErrors.AssertRefused(
            () => _ = new Cifar10Source(new() { Path = folder.Root, Split = DataSplit.Test }), "batches.meta.txt' is no text in UTF-8");
    }

    [TestMethod]
    public void Read_PlanesOfARecord_BecomePixels()
    {
        var source = new Cifar10Source(new() { Path = folder.Write("one.bin", Record([3], 100)) });
        var buffer = new PixelBuffer();
        source.Read(0, buffer);
        CollectionAssert.AreEqual(new byte[] { 100, 101, 102, 100, 101, 102 }, buffer.Image.Pixels[..6].ToArray());
        Assert.AreEqual("3", source.Classes[3]);
    }

    [TestMethod]
    public void Cifar100_OfAFile_TakesTheFineLabel()
    {
        var source = new Cifar100Source(new() { Path = folder.Write("train.bin", [.. Record([19, 99], 0), .. Record([3, 7], 0)]) });
        Assert.AreEqual((2, 99, 7), (source.Count, source.Label(0), source.Label(1)));
        Assert.HasCount(100, source.Classes);
    }

    [TestMethod]
    public void Open_WrongFiles_IsRefused()
    {
        DataErrors.AssertRefused(() => Open10(Path.Combine(folder.Root, "missing.bin")), "missing.bin", "does not exist");
        DataErrors.AssertRefused(() => Open10(folder.Root), "data_batch_1.bin", "does not exist");
        DataErrors.AssertRefused(() => Open10(folder.Write("cut.bin", Record([1], 0)[..^1])), "3072 bytes", "3073");
        DataErrors.AssertRefused(() => Open10(folder.Write("none.bin", [])), "0 bytes");
        DataErrors.AssertRefused(() => Open10(folder.Write("label.bin", [.. Record([1], 0), .. Record([10], 0)])), "label 10 at record 1");

        static void Open10(string path) => _ = new Cifar10Source(new() { Path = path });
    }

    // Every red byte is `red`, every green one is 1 more, every blue one 2 more.
    private static byte[] Record(byte[] labels, byte red) =>
        [.. labels, .. Enumerable.Range(0, 3 * 1024).Select(i => (byte)(red + (i / 1024)))];
}
