using System.Formats.Tar;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Data;

/// <summary>An image in a shard.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Offset">Where its bytes begin in the shard.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Label">What the <c>.cls</c> entry of the same sample says, or null.</param>
internal readonly record struct TarImage(string Name, long Offset, long Length, int? Label);

/// <summary>
/// Lists the images of one tar file. Entries of one sample share their name up to the first dot after the last '/', as
/// WebDataset has it (https://github.com/webdataset/webdataset). Only regular files that are images or labels count;
/// nothing is ever unpacked, so that names, links and devices can do no harm.
/// </summary>
internal static class TarShard
{
    private const int LongestLabel = 32;
    private const int LargestLabel = 1_000_000;

    /// <summary>The images, in the shard's order.</summary>
    /// <exception cref="ExperimentException">The shard cannot be read, is damaged or cut off, or has a label that is none.</exception>
    public static List<TarImage> List(string path)
    {
        var images = new List<TarImage>();
        var labels = new Dictionary<string, int>();
        using var stream = DataFile.Open(path);
        try
        {
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                CheckHeader(stream.SafeFileHandle, entry);
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }

                if (entry.DataOffset + entry.Length > stream.Length)
                {
                    throw new EndOfStreamException($"'{entry.Name}' is cut off");
                }

                if (ImageFiles.HasImageName(entry.Name))
                {
                    images.Add(new TarImage(entry.Name, entry.DataOffset, entry.Length, null));
                }
                else if (entry.Name.EndsWith(".cls", StringComparison.Ordinal))
                {
                    labels[KeyOf(entry.Name)] = LabelOf(entry, path);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"The shard '{path}' is damaged or cut off behind image {images.Count} ({e.Message.TrimEnd('.')}); copy or download it again, or remove it.",
                e);
        }

        return images.ConvertAll(image => image with { Label = labels.TryGetValue(KeyOf(image.Name), out var label) ? label : null });
    }

    // .NET's reader takes a header as it is. It is the block before the data, whose sum is in octal digits from byte 148 on,
    // counted as blanks.
    private static void CheckHeader(SafeFileHandle file, TarEntry entry)
    {
        Span<byte> header = stackalloc byte[512];
        RandomAccess.Read(file, header, entry.DataOffset - header.Length);
        var field = header.Slice(148, 8);
        var wanted = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            wanted = (wanted * 8) + (digit - '0');
        }

        field.Fill((byte)' ');
        var sum = 0;
        foreach (var b in header)
        {
            sum += b;
        }

        if (sum != wanted)
        {
            throw new InvalidDataException($"the checksum of '{entry.Name}' is wrong");
        }
    }

    private static string KeyOf(string name)
    {
        var dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 ? name : name[..dot];
    }

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
                ExitCode.Data,
                $"'{entry.Name}' in the shard '{path}' is no class: it must be a whole number from 0 to {LargestLabel} in decimal digits; mend the shard.");
    }
}
