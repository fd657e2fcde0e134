namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>The content of a PNG's data chunks, one behind the other, in memory that belongs to someone else.</summary>
internal sealed unsafe class PngData(byte* file, IReadOnlyList<(int Start, int Length)> chunks) : Stream
{
    private int chunk;
    private int used; // bytes of the chunk

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        for (; chunk < chunks.Count; chunk++, used = 0)
        {
            var length = Math.Min(chunks[chunk].Length - used, buffer.Length);
            if (length > 0)
            {
                new ReadOnlySpan<byte>(file + chunks[chunk].Start + used, length).CopyTo(buffer);
                used += length;
                return length;
            }
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
