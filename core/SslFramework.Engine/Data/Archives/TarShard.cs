using System.Formats.Tar;
using System.Globalization;
using System.Text;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>An image in a shard.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Offset">Where its bytes begin in the shard.</param>
/// <param name="Length">Number of its bytes.</param>
/// <param name="Label">What the <c>.cls</c> entry of the same sample says, or null.</param>
internal readonly record struct TarImage(string Name, long Offset, long Length, int? Label);

/// <summary>
/// Lists the images of one tar file, one per sample. Entries of one sample share their name up to the first dot after the
/// last '/', as in WebDataset (https://github.com/webdataset/webdataset). Only regular files that are images or labels
/// count; nothing is ever unpacked, so that names, links and devices can do no harm.
/// </summary>
internal static class TarShard
{
    private const int BlockLength = 512;
    private const int LongestAttributes = 1 << 20;
    private const int LongestLabel = 32;
    private const int LargestLabel = 1_000_000;

    /// <summary>The images, in the shard's order.</summary>
    /// <param name="path">The shard.</param>
    /// <param name="extensions">The first of these that an image of a sample has decides. Empty: the plainest extension.</param>
    /// <param name="left">Counts everything else.</param>
    /// <exception cref="ExperimentException">
    /// The shard cannot be read, is damaged or cut off, or has a wrong label or a sample that occurs twice.
    /// </exception>
    public static List<TarImage> List(string path, IReadOnlyList<string> extensions, LeftOut left)
    {
        var samples = new Dictionary<string, TarSample>();
        using var stream = DataFile.Open(path);
        try
        {
            CheckHeaders(stream);
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                Add(entry, path, samples, left);
            }
        }
        catch (Exception e) when (e is not (ExperimentException or OutOfMemoryException))
        {
            // .NET's reader throws many kinds of exceptions for damage.
            throw new ExperimentException(
                FailureKind.Data,
                ForeignFile.Advice(path) is { } advice && !ForeignFile.IsTar(ForeignFile.HeadOf(path)) ? $"'{path}' {advice}."
                    : $"The shard '{path}' is damaged ({e.Message.TrimEnd('.')}); copy or download it again, or remove it.",
                e);
        }

        return [.. samples.Values.Select(sample => sample.Choose(path, extensions, left)).OfType<TarImage>()
            .OrderBy(image => image.Offset)];
    }

    private static void Add(TarEntry entry, string path, Dictionary<string, TarSample> samples, LeftOut left)
    {
        var isImage = ImageFiles.HasImageName(entry.Name);
        if (entry.EntryType is TarEntryType.Directory or TarEntryType.DirectoryList)
        {
            return;
        }

        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            left.Special(entry.Name);
        }
        else if (entry.Name.Split('/').Any(part => part.StartsWith('.') && part is not ("." or "..")))
        {
            left.Hidden(entry.Name);
        }
        else if (!isImage && !entry.Name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase))
        {
            left.Other(entry.Name);
        }
        else
        {
            var key = TarSample.KeyOf(entry.Name);
            if (!samples.TryGetValue(key, out var sample))
            {
                samples.Add(key, sample = new TarSample(key));
            }

            if (isImage)
            {
                sample.Images.Add(new TarImage(entry.Name, entry.DataOffset, entry.Length, null));
            }
            else
            {
                sample.SetLabel(entry.Name, LabelOf(entry, path), path);
            }
        }
    }

    /// <summary>
    /// .NET's reader trusts headers: it does not check their sums, and allocates as much memory as one says its attributes need.
    /// </summary>
    /// <exception cref="InvalidDataException">A header is damaged.</exception>
    /// <exception cref="EndOfStreamException">An entry reaches beyond the end.</exception>
    private static void CheckHeaders(RetriedStream file)
    {
        var length = file.Length;
        Span<byte> header = stackalloc byte[BlockLength];
        for (var at = 0L; at <= length - BlockLength;)
        {
            file.ReadAt(header, at);
            if (header.IndexOfAnyExcept((byte)0) < 0)
            {
                return; // the end
            }

            CheckSum(header);
            at += BlockLength;
            var (type, size) = ((char)header[156], NumberOf(header.Slice(124, 12)));
            if (type is 'x' or 'g' or 'L' or 'K' && size > LongestAttributes)
            {
                throw new InvalidDataException($"the attributes before '{NameOf(header)}' have {size} bytes");
            }

            size = type is >= '1' and <= '6' ? 0 : size; // links, devices and folders have no data
            if (size > length - at)
            {
                throw new EndOfStreamException($"'{NameOf(header)}' is cut off");
            }

            at += (size + BlockLength - 1) / BlockLength * BlockLength;
        }
    }

    // The sum is in octal digits from byte 148 on; those bytes count as blanks in it.
    private static void CheckSum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < header.Length; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        if (sum != NumberOf(header.Slice(148, 8)))
        {
            throw new InvalidDataException($"the checksum of '{NameOf(header)}' is wrong");
        }
    }

    /// <summary>Octal digits or, for numbers that are too large for them, big-endian behind a set bit; never negative.</summary>
    private static long NumberOf(ReadOnlySpan<byte> field)
    {
        var binary = (field[0] & 0x80) != 0;
        var number = 0L;
        foreach (var digit in binary ? field[^sizeof(long)..] : field.Trim(" \0"u8))
        {
            number = binary ? (number << 8) | digit
                : digit is >= (byte)'0' and <= (byte)'7' ? (number << 3) | (uint)(digit - '0')
                : throw new InvalidDataException("a header has a number that is none");
        }

        return number >= 0 ? number : throw new InvalidDataException("a header has a number below 0");
    }

    private static string NameOf(ReadOnlySpan<byte> header) => Encoding.UTF8.GetString(header[..100]).TrimEnd('\0');

    private static int LabelOf(TarEntry entry, string path)
    {
        var text = "";
        if (entry.Length is > 0 and <= LongestLabel)
        {
            using var reader = new StreamReader(entry.DataStream!);
            text = reader.ReadToEnd().Trim();
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label <= LargestLabel
            ? label
            : throw new ExperimentException(
                FailureKind.Data,
                $"'{entry.Name}' in the shard '{path}' is no class: it must be a whole number from 0 to {LargestLabel} in decimal digits; "
                + "mend the shard.");
    }
}
