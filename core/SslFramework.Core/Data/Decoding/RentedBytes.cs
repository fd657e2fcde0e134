using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Data.Decoding;

/// <summary>A part of a file, in pooled memory, so that training makes no garbage by reading.</summary>
internal readonly struct RentedBytes : IDisposable
{
    private readonly byte[] array;
    private readonly int length;

    private RentedBytes(byte[] array, int length) => (this.array, this.length) = (array, length);

    public ReadOnlySpan<byte> Span => array.AsSpan(0, length);

    /// <summary>Reads this many bytes, or fewer if the file ends before.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public static RentedBytes Read(SafeFileHandle file, long offset, int length)
    {
        var array = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var total = 0;
            while (total < length && RandomAccess.Read(file, array.AsSpan(total, length - total), offset + total) is var read and > 0)
            {
                total += read;
            }

            return new RentedBytes(array, total);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(array);
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(array);
}
