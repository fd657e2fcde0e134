using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Hashing;
using SslFramework.Core.Data;

namespace SslFramework.Fuzz;

/// <summary>Small tar shards, and the indexes of small packs.</summary>
internal static class ArchiveSeeds
{
    private const int HeaderLength = 64;
    private const int ImagesLength = 4096; // room for the images of a seed

    /// <summary>A shard of two samples with their classes, in three of tar's dialects.</summary>
    public static IEnumerable<byte[]> Tars() => new[] { TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu }.Select(Tar);

    /// <summary>What stands behind the images of a pack, without its hash: of files, and of pixels.</summary>
    public static IEnumerable<byte[]> PackIndexes()
    {
        var folder = Directory.CreateTempSubdirectory("ssl-pack-seeds").FullName;
        try
        {
            var (shard, pack) = (Path.Combine(folder, "x.tar"), Path.Combine(folder, "x.pack"));
            File.WriteAllBytes(shard, Tar(TarEntryFormat.Ustar));
            var source = new TarShardsSource(new TarShardsOptions { Path = shard });
            return [.. new int?[] { null, 8 }.Select(side =>
            {
                PackWriter.Write(source, pack, side);
                var bytes = File.ReadAllBytes(pack);
                var at = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16));
                return bytes[at..^sizeof(ulong)];
            })];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A pack with an index of somebody's choice and the hash that fits it: without, nothing behind the hash is reached.</summary>
    public static byte[] PackOf(byte[] index)
    {
        var bytes = new byte[HeaderLength + ImagesLength + index.Length + sizeof(ulong)];
        "SSLPACK\n"u8.CopyTo(bytes);
        bytes[8] = 1; // version
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), HeaderLength + ImagesLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), index.Length + sizeof(ulong));
        index.CopyTo(bytes.AsSpan(HeaderLength + ImagesLength));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(ulong)), XxHash3.HashToUInt64(index));
        return bytes;
    }

    private static byte[] Tar(TarEntryFormat format)
    {
        var images = ImageSeeds.Make().ToArray();
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            Write("a/0.jpg", images[0]);
            Write("a/0.cls", "3"u8.ToArray());
            Write("a/1.png", images[1]);
            Write("a/1.cls", "0"u8.ToArray());

            void Write(string name, byte[] bytes)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new UstarTarEntry(TarEntryType.RegularFile, name),
                };
                entry.ModificationTime = DateTimeOffset.UnixEpoch; // the same bytes each time
                entry.DataStream = new MemoryStream(bytes);
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }
}
