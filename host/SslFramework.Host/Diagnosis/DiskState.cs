using System.Diagnostics;
using SslFramework.Core.Storage;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>Room for runs, and how fast it takes them: a checkpoint waits until its bytes are on the disk.</summary>
internal sealed class DiskState(string runs)
{
    private const int Block = 1 << 20;
    private const int Blocks = 64;
    private const int Syncs = 11;

    public IEnumerable<Finding> Look()
    {
        var folder = Existing(Path.GetFullPath(runs));
        var free = new DriveInfo(folder).AvailableFreeSpace / 1e9;
        var room = $"{free:F1} GB free for {runs}";
        yield return free > 1
            ? new("disk", Health.Good, room)
            : new("disk", free > 0.2 ? Health.Notice : Health.Bad, room, "A run keeps at least two checkpoints; "
                + "free some space, or name another folder with --runs.");

        var file = Path.Combine(folder, $".ssl-doctor-{Path.GetRandomFileName()}");
        var (speed, sync) = (0d, TimeSpan.Zero);
        try
        {
            using var stream = Disk.Instance.Create(file, Blocks * Block);
            (speed, sync) = (WriteSpeed(stream), SyncTime(stream));
        }
        finally
        {
            File.Delete(file);
        }

        var how = $"{speed:F0} MB/s written and synced, {sync.TotalMilliseconds:F1} ms to sync a small write";
        yield return speed > 20 && sync < TimeSpan.FromMilliseconds(100)
            ? new("disk", Health.Good, how)
            : new("disk", Health.Notice, how, "Each checkpoint makes training wait; "
                + "raise \"training.checkpointEvery\", or name a faster disk with --runs.");
    }

    private static double WriteSpeed(Stream stream)
    {
        var block = new byte[Block];
        new Random(1).NextBytes(block); // a file system that compresses gains nothing
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Blocks; i++)
        {
            stream.Write(block);
        }

        Disk.Instance.Sync(stream);
        return Blocks * Block / 1e6 / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The median.</summary>
    private static TimeSpan SyncTime(Stream stream)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Syncs; i++)
        {
            var clock = Stopwatch.StartNew();
            stream.Write(new byte[4096]);
            Disk.Instance.Sync(stream);
            times.Add(clock.Elapsed);
        }

        return times.Order().ElementAt(Syncs / 2);
    }

    private static string Existing(string folder) => Directory.Exists(folder) ? folder : Existing(Path.GetDirectoryName(folder)!);
}
