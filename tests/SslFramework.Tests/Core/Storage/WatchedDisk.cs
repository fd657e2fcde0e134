using SslFramework.Core.Storage;

namespace SslFramework.Tests.Core.Storage;

/// <summary>The disk, with an eye on what a power failure would lose: content of files and names in folders that were not synced.</summary>
internal sealed class WatchedDisk : IDisk
{
    private readonly Dictionary<Stream, string> open = [];
    private readonly HashSet<string> unsynced = [];

    /// <summary>Files whose content, and folders whose names would be lost.</summary>
    public IReadOnlyCollection<string> Unsynced => unsynced;

    /// <summary>How often something was renamed.</summary>
    public int Moves { get; private set; }

    public long FreeBytes(string folder) => Disk.Instance.FreeBytes(folder);

    public void CreateFolder(string path) => Disk.Instance.CreateFolder(path);

    public Stream Create(string path, long length)
    {
        var stream = Disk.Instance.Create(path, length);
        open[stream] = path;
        unsynced.UnionWith([path, Path.GetDirectoryName(path)!]);
        return stream;
    }

    public void Sync(Stream stream)
    {
        Disk.Instance.Sync(stream);
        unsynced.Remove(open[stream]);
    }

    public void SyncFolder(string path)
    {
        Disk.Instance.SyncFolder(path);
        unsynced.Remove(path);
    }

    /// <summary>What gets its name must be whole: else a power failure leaves the name with nothing behind it.</summary>
    public void Move(string source, string destination)
    {
        Assert.AreEqual("", string.Join(", ", unsynced.Where(path => path == source || path.StartsWith(source + '/', StringComparison.Ordinal))), "renamed before it was synced");
        Disk.Instance.Move(source, destination);
        unsynced.Add(Path.GetDirectoryName(destination)!);
        Moves++;
    }

    public void Delete(string path) => Disk.Instance.Delete(path);
}
