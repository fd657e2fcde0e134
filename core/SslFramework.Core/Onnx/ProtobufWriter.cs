using System.Text;

namespace SslFramework.Core.Onnx;

/// <summary>Writes the few kinds of protobuf fields that an ONNX model has.</summary>
internal sealed class ProtobufWriter
{
    private readonly MemoryStream stream = new();

    public byte[] ToArray() => stream.ToArray();

    public ProtobufWriter Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufWriter Single(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        stream.Write(BitConverter.GetBytes(value)); // little-endian, as every processor that .NET runs torch on
        return this;
    }

    public ProtobufWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message.ToArray());

    /// <summary>Writes the beginning of a field, which <paramref name="length"/> bytes must follow.</summary>
    public ProtobufWriter Begin(int field, long length)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
        return this;
    }

    private ProtobufWriter Bytes(int field, byte[] bytes)
    {
        Begin(field, bytes.Length);
        stream.Write(bytes);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
