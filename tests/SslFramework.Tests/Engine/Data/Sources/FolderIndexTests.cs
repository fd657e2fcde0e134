using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
internal class FolderIndexTests
{
    private const int Images = 2000;
    private readonly TemporaryFolder cache = new();
    private readonly TemporaryFolder folder = new();

    [TestInitialize]
    public void MakeFolder()
    {
        Environment.SetEnvironmentVariable("SSL_CACHE", cache.Root);
        for (var i = 0; i < Images; i++)
        {
            folder.Write($"n{i % 3:D8}/n{i % 3:D8}_{i}.JPEG", []);
        }

        Age();
    }

    [TestCleanup]
    public void CleanUp()
    {
        Environment.SetEnvironmentVariable("SSL_CACHE", TestAssembly.Cache);
        cache.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public void Open_Again_ReadsTheKeptIndex()
    {
        var first = Names(Open());
        var kept = Directory.GetFiles(cache.Root).Single();
        var written = File.GetLastWriteTimeUtc(kept);
        File.SetLastWriteTimeUtc(kept, written.AddHours(-1));
        CollectionAssert.AreEqual(first, Names(Open()));
        Assert.AreEqual(written.AddHours(-1), File.GetLastWriteTimeUtc(kept), "not made again");
    }

    [TestMethod]
    public void Open_AfterAChange_SeesIt()
    {
        Open();
        folder.Write("n00000001/new.jpg", []);
        Assert.AreEqual(Images + 1, Open().Count);
        Age();
        Open();
        File.Delete(Path.Combine(folder.Root, "n00000001/new.jpg"));
        Assert.AreEqual(Images, Open().Count);
        folder.Write("later/new.jpg", []);
        Assert.AreEqual(Images + 1, Open().Count);
        Directory.Delete(Path.Combine(folder.Root, "later"), recursive: true);
        Assert.AreEqual(Images, Open().Count);
    }

    [TestMethod]
    public void Open_JustAfterAChange_DoesNotTrustTheClock()
    {
        folder.Write("n00000002/1.jpg", []);
        Open();
        var place = Path.Combine(folder.Root, "n00000002");
        var time = Directory.GetLastWriteTimeUtc(place);
        folder.Write("n00000002/2.jpg", []);
        Directory.SetLastWriteTimeUtc(place, time); // as if both were made within one tick
        Assert.AreEqual(Images + 2, Open().Count);
    }

    [TestMethod]
    public void Open_DamagedIndex_IsMadeAgain()
    {
        var first = Names(Open());
        var kept = Directory.GetFiles(cache.Root).Single();
        var bytes = File.ReadAllBytes(kept);
        foreach (var damage in new Func<byte[]>[] { () => [], () => bytes[..^9], () => [.. bytes[..500], (byte)(bytes[500] ^ 1), .. bytes[501..]] })
        {
            File.WriteAllBytes(kept, damage());
            CollectionAssert.AreEqual(first, Names(Open()));
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(kept));
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Open_AChangeBehindALink_IsSeen()
    {
        using var pool = new TemporaryFolder();
        pool.Write("1.png", []);
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "pool"), pool.Root);
        Directory.SetLastWriteTimeUtc(pool.Root, Directory.GetLastWriteTimeUtc(pool.Root).AddMinutes(-1));
        Age();
        var first = Open();
        Assert.AreEqual(Images + 1, first.Count);
        CollectionAssert.AreEqual(first.Notes.ToArray(), Open().Notes.ToArray(), "the kept index has them too");
        Assert.IsNotEmpty(first.Notes);
        pool.Write("2.png", []);
        Assert.AreEqual(Images + 2, Open().Count);
    }

    [TestMethod]
    public void Open_ManyImages_TakesUnder64BytesEach()
    {
        Open();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var source = Open();
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.IsLessThan(64 * Images, taken, $"{taken / (double)Images:F1} bytes an image");
        GC.KeepAlive(source);
    }

    private ImageFolderSource Open() => new(new() { Path = folder.Root });

    private static string[] Names(ImageFolderSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Name)];

    private void Age()
    {
        foreach (var place in Directory.GetDirectories(folder.Root).Append(folder.Root))
        {
            Directory.SetLastWriteTimeUtc(place, Directory.GetLastWriteTimeUtc(place).AddMinutes(-1));
        }
    }
}
