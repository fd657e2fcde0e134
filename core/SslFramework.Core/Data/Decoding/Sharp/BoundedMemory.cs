using System.Buffers;
using SixLabors.ImageSharp.Memory;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>
/// Memory for ImageSharp while it decodes one image. It is cleared, because ImageSharp takes what a short read leaves in its buffers
/// for data: with its own pool, that would be another image. What is asked for beyond the limit is not granted.
/// </summary>
/// <param name="mostBytes">The largest piece of memory that the image can need.</param>
internal sealed class BoundedMemory(long mostBytes) : MemoryAllocator
{
    /// <inheritdoc/>
    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None) =>
        (long)length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>() <= mostBytes
            ? new Piece<T>(length)
            : throw new InvalidMemoryOperationException($"an image of this size needs no {length} values at once");

    /// <inheritdoc/>
    protected override int GetBufferCapacityInBytes() => Array.MaxLength;

    private sealed class Piece<T> : MemoryManager<T>
        where T : struct
    {
        private readonly int length;
        private T[]? array;

        public Piece(int length)
        {
            this.length = length;
            array = ArrayPool<T>.Shared.Rent(length);
            array.AsSpan(0, length).Clear();
        }

        public override Span<T> GetSpan() => array.AsSpan(0, length);

        public override MemoryHandle Pin(int elementIndex = 0) => array.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref array, null) is { } used)
            {
                ArrayPool<T>.Shared.Return(used);
            }
        }
    }
}
