using SslFramework.Core.Storage;

namespace SslFramework.Engine.Faults;

/// <summary>A disk whose calls can be made to fail, each by its number.</summary>
/// <param name="disk">The disk behind it.</param>
/// <param name="before">
/// Called before each call with its number, from 1, and what it does; it may throw what the call should throw. For a write, half
/// has happened by then.
/// </param>
internal sealed class FaultyDisk(IDisk disk, Action<long, string> before) : IDisk
{
    /// <summary>Number of calls so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Makes a disk that fails as planned in the calls for checkpoints.</summary>
    public static FaultyDisk After(FaultPlan plan, IDisk disk) => new(disk, (number, what) =>
    {
        foreach (var kind in plan.Due(
            inSave: true, number, FaultKind.Kill, FaultKind.Exit, FaultKind.Slow, FaultKind.Hang,
            FaultKind.Enospc, FaultKind.Eio, FaultKind.Eacces, FaultKind.Emfile))
        {
            FaultPlan.Strike(kind, what);
        }
    });

    /// <inheritdoc/>
    public long FreeBytes(string folder)
    {
        Count($"statvfs {folder}");
        return disk.FreeBytes(folder);
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        Count($"mkdir {path}");
        disk.CreateFolder(path);
    }

    /// <inheritdoc/>
    public Stream Create(string path, long length)
    {
        Count($"open {path}");
        return new FaultyStream(disk.Create(path, length), () => Count($"write {path}"));
    }

    /// <inheritdoc/>
    public void Sync(Stream stream)
    {
        Count("fsync of a file");
        disk.Sync(((FaultyStream)stream).Inner);
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        Count($"fsync {path}");
        disk.SyncFolder(path);
    }

    /// <inheritdoc/>
    public void Move(string source, string destination)
    {
        Count($"rename {source}");
        disk.Move(source, destination);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        Count($"unlink {path}");
        disk.Delete(path);
    }

    private void Count(string what) => before(++Calls, what);

    private sealed class FaultyStream(Stream inner, Action beforeWrite) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer[..(buffer.Length / 2)]);
            inner.Flush();
            beforeWrite();
            inner.Write(buffer[(buffer.Length / 2)..]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
