using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Hashing;
using System.Text;
using SslFramework.Engine.Data.Archives;

namespace SslFramework.Fuzz;

/// <summary>Small tar shards, and the indexes of small packs.</summary>
internal static class ArchiveSeeds
{
    private const int BlockLength = 512; // of a tar file
    private const int HeaderLength = 64;
    private const int ImagesLength = 4096; // room for the images of a seed
    private static readonly Lazy<byte[]> SoundImage = new(() => ImageSeeds.Make().First());

    /// <summary>A shard of two samples with their classes, in three of tar's dialects.</summary>
    public static IEnumerable<byte[]> Tars() => new[] { TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu }.Select(Tar);

    /// <summary>Lists of entries for <see cref="TarOf"/>: sound samples, several images of one, dotted names.</summary>
    public static IEnumerable<byte[]> Samples() =>
    [
        .. new[] { "0a/0.jpg=\n0a/0.cls=3\n0a/1.png=\n0a/1.cls=0\n", "00.jpg=\n00.seg.png=\n00.json={}\n0._0.jpg=\n2link.png=\n", "0v1.000.jpg=\n0v1.001.jpg=\n" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>
    /// A shard of somebody's choice of entries, a line each: tar's kind of entry (a character), the name, '=', and the content.
    /// Without a sound checksum in each header, nothing behind it is reached. An image without content is a sound one.
    /// </summary>
    public static byte[] TarOf(byte[] entries)
    {
        using var stream = new MemoryStream();
        foreach (var line in Encoding.Latin1.GetString(entries).Split('\n').Where(line => line.Length > 1).Take(64))
        {
            var end = line.IndexOf('=', 1) is var at and > 0 ? at : line.Length;
            var (name, content) = (Encoding.Latin1.GetBytes(line[1..end]), Encoding.Latin1.GetBytes(line[Math.Min(end + 1, line.Length)..]));
            Entry(stream, (byte)line[0], name, content.Length == 0 ? SoundImage.Value : content);
        }

        stream.Write(new byte[2 * BlockLength]);
        return stream.ToArray();
    }

    private static void Entry(MemoryStream stream, byte kind, byte[] name, byte[] content)
    {
        var header = new byte[BlockLength];
        name.AsSpan(0, Math.Min(name.Length, 100)).CopyTo(header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(content.Length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        "00000000000"u8.CopyTo(header.AsSpan(136));
        "        "u8.CopyTo(header.AsSpan(148));
        header[156] = kind;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0')).CopyTo(header, 148);
        header[154] = 0;
        stream.Write(header);
        if (kind is not (>= (byte)'1' and <= (byte)'6'))
        {
            stream.Write(content);
            stream.Write(new byte[(BlockLength - (content.Length % BlockLength)) % BlockLength]);
        }
    }

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
