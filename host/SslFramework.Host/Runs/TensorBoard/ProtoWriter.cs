using System.Buffers.Binary;
using System.Text;

namespace SslFramework.Host.Runs.TensorBoard;

/// <summary>Writes the few kinds of protobuf fields that event files have: https://protobuf.dev/programming-guides/encoding</summary>
internal sealed class ProtoWriter
{
    private readonly MemoryStream bytes = new();

    public ProtoWriter Integer(int field, long value)
    {
        Key(field, 0);
        return Varint(unchecked((ulong)value));
    }

    public ProtoWriter Double(int field, double value)
    {
        Key(field, 1);
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
        bytes.Write(eight);
        return this;
    }

    public ProtoWriter Float(int field, float value)
    {
        Key(field, 5);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.ToArray());

    public ProtoWriter Bytes(int field, byte[] value)
    {
        Key(field, 2);
        Varint((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => bytes.ToArray();

    private void Key(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private ProtoWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.WriteByte((byte)(value | 0x80));
        }

        bytes.WriteByte((byte)value);
        return this;
    }
}
