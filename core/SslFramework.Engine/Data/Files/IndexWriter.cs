using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace SslFramework.Engine.Data.Files;

/// <summary>Writes an index: numbers, texts and whole arrays, little-endian, with their hash (XxHash3) at the end.</summary>
internal sealed class IndexWriter(Stream stream)
{
    private readonly XxHash3 hash = new();

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    public void Write(long value) => Put(MemoryMarshal.AsBytes([value]));

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Write<T>(T[] values)
        where T : unmanaged
    {
        Write(values.LongLength);
        Put(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>Ends the index.</summary>
    public void WriteHash() => Put(MemoryMarshal.AsBytes([hash.GetCurrentHashAsUInt64()]));

    private void Put(ReadOnlySpan<byte> bytes)
    {
        hash.Append(bytes);
        stream.Write(bytes);
        Length += bytes.Length;
    }
}
