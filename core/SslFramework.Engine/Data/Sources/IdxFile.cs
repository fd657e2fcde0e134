using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>
/// An IDX file of bytes, plain or packed with gzip: 00 00 08 and the number of dimensions, the dimensions (32 bits,
/// high byte first), then the bytes. LeCun's format of MNIST, used by Fashion-MNIST and others.
/// </summary>
/// <param name="Dimensions">The dimensions.</param>
/// <param name="Values">All bytes, the last dimension fastest.</param>
internal sealed record IdxFile(int[] Dimensions, byte[] Values)
{
    // A deflate stream cannot expand more than 1032-fold; a header that promises more is wrong before memory is allocated.
    private const long MaximumGrowth = 1032;

    /// <summary>Reads a file that must have <paramref name="rank"/> dimensions.</summary>
    /// <exception cref="ExperimentException">It is missing, of another kind, or its length does not match its header.</exception>
    public static IdxFile Read(string path, int rank)
    {
        using var file = DataFile.Open(path);
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        try
        {
            using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(stream, path, rank, packed ? file.Length * MaximumGrowth : file.Length - (4 * (rank + 1)));
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(path, "it ends early; copy or download it again", e);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e.Message, e);
        }
    }

    private static IdxFile Read(Stream stream, string path, int rank, long maximumLength)
    {
        Span<byte> word = stackalloc byte[4];
        stream.ReadExactly(word);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(word);
        var expected = 0x0800u + (uint)rank;
        if (magic != expected)
        {
            throw new ExperimentException(
                FailureKind.Data,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{path}' is not an IDX file of {Kind(rank)}: it begins with {magic:X8}, where {expected:X8} is expected")
                + (magic is 0x0801 or 0x0803 ? $" (this one holds {Kind((int)magic - 0x0800)})." : "."));
        }

        var dimensions = new int[rank];
        var length = 1L;
        for (var i = 0; i < rank; i++)
        {
            stream.ReadExactly(word);
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            if (dimensions[i] <= 0 || length > Array.MaxLength / dimensions[i])
            {
                throw Damaged(path, $"its header says {dimensions[i]} for dimension {i + 1}, which cannot be");
            }

            length *= dimensions[i];
        }

        var size = string.Join(" × ", dimensions);
        if (length > maximumLength)
        {
            throw Damaged(path, $"its header promises {size} bytes, more than the file can hold; copy or download it again");
        }

        var values = GC.AllocateUninitializedArray<byte>((int)length);
        stream.ReadExactly(values);
        return stream.ReadByte() < 0
            ? new IdxFile(dimensions, values)
            : throw Damaged(path, $"it is longer than the {size} bytes that its header promises");
    }

    private static string Kind(int rank) => rank == 1 ? "labels" : "images";

    private static ExperimentException Damaged(string path, string why, Exception? inner = null) =>
        new(FailureKind.Data, $"The data file '{path}' is damaged: {why.TrimEnd('.')}.", inner);
}
