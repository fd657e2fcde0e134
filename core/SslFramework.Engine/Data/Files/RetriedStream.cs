namespace SslFramework.Engine.Data.Files;

/// <summary>A data file, each read of which is retried if the disk or the network does not give it.</summary>
/// <param name="file">Disposed with this stream.</param>
/// <param name="retry">Waits between two tries.</param>
internal sealed class RetriedStream(FileStream file, ReadRetry retry) : Stream
{
    private readonly string what = $"The data file '{file.Name}'";

    /// <summary>The file's path.</summary>
    public string Name => file.Name;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">It cannot be read (<see cref="FailureKind.Storage"/>).</exception>
    public override int Read(Span<byte> buffer) => retry.Read(what, new Part(file, buffer), static part => part.File.Read(part.Bytes));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads at a place, past the buffer of the stream.</summary>
    /// <returns>The bytes read, fewer than asked for only at the end.</returns>
    public int ReadAt(Span<byte> buffer, long offset) =>
        retry.Read(
            what, new Part(file, buffer, offset), static part => RandomAccess.Read(part.File.SafeFileHandle, part.Bytes, part.Offset));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private readonly ref struct Part(FileStream file, Span<byte> bytes, long offset = 0)
    {
        public readonly FileStream File = file;
        public readonly Span<byte> Bytes = bytes;
        public readonly long Offset = offset;
    }
}
