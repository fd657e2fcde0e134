using System.IO.Compression;
using SslFramework.Engine.Data.Files;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Files;

/// <summary>Files that are read as a whole stand a disk that hiccups as single images do.</summary>
[TestClass]
public sealed class RetriedStreamTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<TimeSpan> pauses = [];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Read_ADiskThatHiccups_GivesEveryByteOnce()
    {
        byte[] bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
        using var stream = new RetriedStream(new Hiccups(folder.Write("data", bytes)), new ReadRetry(pauses.Add));
        var read = new byte[400];
        stream.ReadExactly(read);
        CollectionAssert.AreEqual(bytes[..400], read);
        stream.Position = 500;
        using var rest = new MemoryStream();
        stream.CopyTo(rest);
        CollectionAssert.AreEqual(bytes[500..], rest.ToArray());
        Assert.IsGreaterThan(2, pauses.Count);

        var second = new byte[10];
        Assert.AreEqual(10, stream.ReadAt(second, 20));
        CollectionAssert.AreEqual(bytes[20..30], second);
    }

    [TestMethod]
    public void Read_Packed_StandsHiccupsToo()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new byte[5000]);
        }

        using var stream = new RetriedStream(new Hiccups(folder.Write("data.gz", packed.ToArray())), new ReadRetry(pauses.Add));
        using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        using var all = new MemoryStream();
        unpacked.CopyTo(all);
        Assert.HasCount(5000, all.ToArray());
        Assert.IsNotEmpty(pauses);
    }

    [TestMethod]
    public void Read_AnErrorThatStays_NamesTheFile()
    {
        using var stream = new RetriedStream(new Hiccups(folder.Write("data", new byte[10])) { Stays = true }, new ReadRetry(pauses.Add));
        var error = Assert.ThrowsExactly<ExperimentException>(() => stream.ReadByte());
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        Assert.AreEqual($"The data file '{stream.Name}' cannot be read, tried 5 times: EIO; see to the disk or network, then start again.", error.Message);
    }

    /// <summary>IDX, CIFAR, tar and pack: their files come from one place.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Open_AFileThatTheSystemDoesNotGive_RetriesItsReads()
    {
        using var stream = DataFile.Open("/proc/self/mem", new ReadRetry(pauses.Add)); // there is nothing at address 0: EIO
        Assert.AreEqual(FailureKind.Storage, Assert.ThrowsExactly<ExperimentException>(() => stream.ReadByte()).Kind);
        Assert.HasCount(4, pauses);
        Assert.AreEqual(FailureKind.Storage, Assert.ThrowsExactly<ExperimentException>(() => stream.ReadAt(new byte[1], 0)).Kind);
        Assert.HasCount(8, pauses);
    }

    /// <summary>Every second read fails, or all of them.</summary>
    private sealed class Hiccups(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64)
    {
        private int reads;

        public bool Stays { get; init; }

        public override int Read(Span<byte> buffer) =>
            Stays || reads++ % 2 == 0 ? throw new IOException("EIO") : base.Read(buffer[..Math.Min(buffer.Length, 100)]);
    }
}
