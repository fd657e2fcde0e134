using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
internal class DataFingerprintTests
{
    private static readonly SyntheticSource Source = new(new() { Count = 12, Size = 8, Classes = 3 });

    [TestMethod]
    public void Of_SameContent_HasTheSameHash_OtherContentAnother()
    {
        var hash = DataFingerprint.Of(Source).Hash;
        Assert.AreEqual(hash, DataFingerprint.Of(new SourceSubset(Source, [.. Enumerable.Range(0, 12)])).Hash);
        Assert.AreNotEqual(hash, DataFingerprint.Of(new SourceSubset(Source, [1, 0, .. Enumerable.Range(2, 10)])).Hash, "order");
        Assert.AreNotEqual(hash, DataFingerprint.Of(new SyntheticSource(new() { Count = 12, Size = 8, Classes = 4 })).Hash, "labels or pixels");
    }

    [TestMethod]
    public void Overlap_SharedImages_AreCounted()
    {
        var (train, test) = (new SourceSubset(Source, [0, 1, 2, 3, 4, 5]), new SourceSubset(Source, [5, 2, 7, 8]));
        Assert.AreEqual(2, DataFingerprint.Of(test).Overlap(DataFingerprint.Of(train)));
        Assert.AreEqual(0, DataFingerprint.Of(new SourceSubset(Source, [9, 10])).Overlap(DataFingerprint.Of(train)));
    }

    [TestMethod]
    public void Of_ImageThatCannotBeRead_IsNotUsableAndNeverShared()
    {
        var content = DataFingerprint.Of(new Broken());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 4 }, content.Usable.ToArray());
        Assert.AreEqual(4, content.Overlap(DataFingerprint.Of(new Broken())));
    }

    [TestMethod]
    public void Of_LargeDataWithItsOptions_ReadsThemOnceUntilAFileChanges()
    {
        using var cache = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable("SSL_CACHE", cache.Root);
        try
        {
            var file = folder.Write("images", [1]);
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            var source = new Counting(file);
            var first = DataFingerprint.Of(source, options: "a");
            Assert.AreEqual(source.Count, source.Reads);

            var again = DataFingerprint.Of(source, options: "a");
            Assert.AreEqual(source.Count, source.Reads, "nothing is read");
            Assert.AreEqual(first.Hash, again.Hash);
            CollectionAssert.AreEqual(first.Usable.ToArray(), again.Usable.ToArray());
            Assert.AreEqual(source.Count, again.Overlap(first));

            DataFingerprint.Of(source, options: "b");
            Assert.AreEqual(2 * source.Count, source.Reads, "other options may make other pixels");
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 2, 0, 0, 0, DateTimeKind.Utc));
            DataFingerprint.Of(source, options: "a");
            Assert.AreEqual(3 * source.Count, source.Reads, "another time");
            File.WriteAllBytes(file, [1, 2]);
            DataFingerprint.Of(source, options: "a");
            DataFingerprint.Of(source, options: "a");
            Assert.AreEqual(5 * source.Count, source.Reads, "what was written just now may be written again");

            Directory.GetFiles(cache.Root).ToList().ForEach(kept => File.WriteAllBytes(kept, [7]));
            File.WriteAllBytes(file, [1]);
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            DataFingerprint.Of(source, options: "a");
            Assert.AreEqual(6 * source.Count, source.Reads, "a damaged cache is none");
        }
        finally
        {
            Environment.SetEnvironmentVariable("SSL_CACHE", TestAssembly.Cache);
        }
    }

    private sealed class Counting(string file) : IDataSource
    {
        private int reads;

        public int Reads => reads;

        public int Count => 2000;

        public int Channels => 1;

        public IEnumerable<string> Files => [file];

        public IReadOnlyList<string> Classes => ["only"];

        public int? Label(int index) => 0;

        public void Read(int index, PixelBuffer destination)
        {
            Interlocked.Increment(ref reads);
            destination.Resize(2, 2, 1).Fill((byte)index);
        }
    }

    private sealed class Broken : IDataSource
    {
        public int Count => 5;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => ["only"];

        public int? Label(int index) => 0;

        public void Read(int index, PixelBuffer destination)
        {
            destination.Resize(2, 2, 1).Fill((byte)index);
            if (index == 3)
            {
                throw new ExperimentException(FailureKind.Data, "image 3 is damaged");
            }
        }
    }
}
