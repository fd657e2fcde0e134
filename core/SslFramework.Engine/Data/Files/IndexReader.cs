using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace SslFramework.Engine.Data.Files;

/// <summary>Reads what <see cref="IndexWriter"/> wrote.</summary>
internal sealed class IndexReader
{
    private readonly byte[] bytes;
    private int at;

    /// <summary>Checks the hash of a whole index.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IndexReader(byte[] bytes)
    {
        this.bytes = bytes;
        var end = bytes.Length - sizeof(ulong);
        if (end < 0 || XxHash3.HashToUInt64(bytes.AsSpan(0, end)) != BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(end)))
        {
            throw new InvalidDataException("its hash does not fit its content");
        }
    }

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(sizeof(long)));

    public string ReadText() => Encoding.UTF8.GetString(ReadArray<byte>());

    public T[] ReadArray<T>()
        where T : unmanaged =>
        ReadInt64() is var count && count <= bytes.Length
            ? MemoryMarshal.Cast<byte, T>(ReadBytes(count * Marshal.SizeOf<T>())).ToArray()
            : throw CutOff();

    private ReadOnlySpan<byte> ReadBytes(long length)
    {
        if (length < 0 || length > bytes.Length - at)
        {
            throw CutOff();
        }

        at += (int)length;
        return bytes.AsSpan(at - (int)length, (int)length);
    }

    private static InvalidDataException CutOff() => new("it is cut off");
}
