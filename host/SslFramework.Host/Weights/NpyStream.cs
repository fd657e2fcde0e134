using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SslFramework.Host.Weights;

/// <summary>
/// A float32 matrix in NumPy's file format, version 1.0, row by row as it is made.
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
/// </summary>
internal sealed class NpyStream
{
    private const int Alignment = 64;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8, 1, 0];
    private readonly Stream stream;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="rows">Rows that will come.</param>
    /// <param name="columns">Numbers of each.</param>
    public NpyStream(Stream stream, long rows, long columns)
    {
        this.stream = stream;
        var text = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': "
            + $"({rows}, {columns}), }}");
        var length = Magic.Length + sizeof(ushort) + text.Length + 1;
        text = text.PadRight(text.Length + ((Alignment - (length % Alignment)) % Alignment)) + "\n";
        stream.Write(Magic);
        Span<byte> size = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)text.Length);
        stream.Write(size);
        stream.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Writes further rows.</summary>
    public void Write(ReadOnlySpan<float> rows)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(rows));
            return;
        }

        Span<byte> number = stackalloc byte[sizeof(float)];
        foreach (var value in rows)
        {
            BinaryPrimitives.WriteSingleLittleEndian(number, value);
            stream.Write(number);
        }
    }
}
