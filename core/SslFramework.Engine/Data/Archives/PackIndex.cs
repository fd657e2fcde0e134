using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>What a pack says of its images: one array per fact.</summary>
internal sealed class PackIndex
{
    /// <summary>Bytes that an image takes besides its name: offset, length, hash, size, channels, label, and the end of its name.</summary>
    public const int BytesPerImage = 8 + 4 + 8 + 8 + 1 + 4 + 4;

    private const int NoLabel = -1;
    private readonly int[] labels;
    private readonly NameTable names;

    public PackIndex(PackedAs form, IReadOnlyList<string> classes, IReadOnlyList<PackedImage> images)
    {
        Form = form;
        Classes = [.. classes];
        Offsets = [.. images.Select(image => image.Offset)];
        Lengths = [.. images.Select(image => image.Length)];
        Hashes = [.. images.Select(image => image.Hash)];
        Sizes = [.. images.Select(image => image.Size)];
        Channels = [.. images.Select(image => image.Channels)];
        labels = [.. images.Select(image => image.Label ?? NoLabel)];
        names = new NameTable([.. images.Select(image => image.Name)]);
    }

    public PackIndex(IndexReader reader)
    {
        Form = (PackedAs)reader.ReadInt64();
        Classes = new NameTable(reader).ToArray();
        (Offsets, Lengths, Hashes) = (reader.ReadArray<long>(), reader.ReadArray<int>(), reader.ReadArray<ulong>());
        (Sizes, Channels) = (reader.ReadArray<ImageSize>(), reader.ReadArray<byte>());
        (labels, names) = (reader.ReadArray<int>(), new NameTable(reader));
    }

    /// <summary>How images are held.</summary>
    public PackedAs Form { get; }

    public string[] Classes { get; }

    public long[] Offsets { get; }

    public int[] Lengths { get; }

    public ulong[] Hashes { get; }

    public ImageSize[] Sizes { get; }

    /// <summary>Channels of each image.</summary>
    public byte[] Channels { get; }

    public int Count => Offsets.Length;

    public int? LabelOf(int image) => labels[image] == NoLabel ? null : labels[image];

    public string NameOf(int image) => names[image];

    public void Write(IndexWriter writer)
    {
        writer.Write((long)Form);
        new NameTable(Classes).Write(writer);
        writer.Write(Offsets);
        writer.Write(Lengths);
        writer.Write(Hashes);
        writer.Write(Sizes);
        writer.Write(Channels);
        writer.Write(labels);
        names.Write(writer);
        writer.WriteHash();
    }

    /// <summary>Checks that the arrays fit together and that every image ends before the index begins.</summary>
    /// <exception cref="InvalidDataException">The arrays do not fit, or an image ends after that.</exception>
    public void Check(long end)
    {
        int[] lengths = [Lengths.Length, Hashes.Length, Sizes.Length, Channels.Length, labels.Length, names.Count];
        var alike = lengths.All(length => length == Count);
        if (!alike || Count == 0 || !Enum.IsDefined(Form) || Enumerable.Range(0, Count).Any(i =>
            Lengths[i] < 0 || Offsets[i] < PackFile.Alignment || Offsets[i] > end - Lengths[i]
            || labels[i] < NoLabel || labels[i] >= Classes.Length
            || Channels[i] is < 1 or > DecodeOptions.MostChannels || Sizes[i].Height <= 0 || Sizes[i].Width <= 0
            || (Form != PackedAs.Files && Lengths[i] != (long)Sizes[i].Height * Sizes[i].Width * Channels[i] * (int)Form)))
        {
            throw new InvalidDataException("its index contradicts itself");
        }
    }
}

/// <summary>One image of a pack.</summary>
internal sealed record PackedImage(string Name, int? Label, ImageSize Size, byte Channels, long Offset, int Length, ulong Hash)
{
    /// <summary>Bits of a value, if its pixels are held.</summary>
    public int Bits { get; init; } = 8;
}
