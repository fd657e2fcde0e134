using System.IO.Hashing;

namespace SslFramework.Core.Storage;

/// <summary>Writes through to another stream and hashes the bytes. Leaves the other stream open.</summary>
internal sealed class HashedStream(Stream inner) : Stream
{
    private readonly XxHash128 hash = new();

    /// <summary>Bytes so far.</summary>
    public override long Length => Position;

    public override long Position { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>The hash so far, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>The hash of a file.</summary>
    public static string OfFile(string path)
    {
        var hash = new XxHash128();
        using var stream = File.OpenRead(path);
        hash.Append(stream);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        hash.Append(buffer);
        Position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
