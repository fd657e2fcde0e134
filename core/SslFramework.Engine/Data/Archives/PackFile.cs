using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>
/// One file of many images, for repeated runs: a header of 64 bytes, the images' bytes each at a multiple of 64, and an
/// index with a hash (XxHash3) of itself and of every image. Little-endian. Memory-mapped.
/// </summary>
internal sealed unsafe class PackFile
{
    /// <summary>Bytes of the header; the offset of every image is a multiple of it.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes of the largest index, with room for the names of the classes.</summary>
    public const int LongestIndex = int.MaxValue - (64 << 20);

    private const int Version = 1;
    private readonly byte* start;

    private PackFile(byte* start, PackIndex index)
    {
        this.start = start;
        Index = index;
    }

    /// <summary>The index of its images.</summary>
    public PackIndex Index { get; }

    private static ReadOnlySpan<byte> Magic => "SSLPACK\n"u8;

    /// <summary>The header: magic, version, and where the index is.</summary>
    public static byte[] Header(long indexOffset, long indexLength)
    {
        var header = new byte[Alignment];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), indexOffset);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), indexLength);
        return header;
    }

    /// <summary>Maps a pack, and checks its header, its index and that every image lies inside the file.</summary>
    /// <exception cref="ExperimentException">The file is missing, not a pack, of a later version, or damaged.</exception>
    public static PackFile Open(string path)
    {
        using var stream = DataFile.Open(path);
        var header = new byte[Alignment];
        if (stream.ReadAtLeast(header, Alignment, throwOnEndOfStream: false) < Alignment || !header.AsSpan().StartsWith(Magic))
        {
            throw new ExperimentException(
                FailureKind.Data, $"'{path}' {ForeignFile.Advice(path) ?? "is not a pack; 'ssl data pack' makes them"}.");
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)) is var version && version != Version)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"The pack '{path}' is of version {version}, but this program knows version {Version}; "
                + "make it again with 'ssl data pack'.");
        }

        try
        {
            var (offset, length) =
                (BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24)));
            if (offset < Alignment || length is < 0 or > int.MaxValue || offset > stream.Length - length)
            {
                throw new InvalidDataException("it is cut off");
            }

            var bytes = new byte[length];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            var index = new PackIndex(new IndexReader(bytes));
            index.Check(offset);
            return new PackFile(Map(path), index);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"The pack '{path}' is damaged ({e.Message.TrimEnd('.')}); copy it again, or make it again with 'ssl data pack'.",
                e);
        }
    }

    /// <summary>The bytes of an image, unless they have changed since they were packed.</summary>
    public bool TryGet(int image, out ReadOnlySpan<byte> bytes)
    {
        bytes = new ReadOnlySpan<byte>(start + Index.Offsets[image], Index.Lengths[image]);
        return XxHash3.HashToUInt64(bytes) == Index.Hashes[image];
    }

    // Stays mapped as long as the process lives: a source is never closed, and loader threads may be reading.
    private static byte* Map(string path)
    {
        var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        byte* first = null;
        mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        return first;
    }
}
