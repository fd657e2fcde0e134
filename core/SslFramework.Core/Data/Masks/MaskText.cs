using System.Text;

namespace SslFramework.Core.Data.Masks;

/// <summary>
/// The text that COCO writes for the runs of a mask: six bits per character from '0' on, five of them bits of a number and one that says
/// that more follow. From the fourth run on, the number is the difference to the run two before.
/// </summary>
public static class MaskText
{
    private const int Payload = 5;
    private const int More = 1 << Payload;
    private const int Sign = More >> 1;
    private const int MostBits = 35; // seven characters hold any int

    /// <summary>Writes the runs of a mask.</summary>
    public static string Write(RunLengthMask mask)
    {
        var text = new StringBuilder();
        for (var run = 0; run < mask.Counts.Count; run++)
        {
            var left = (long)mask.Counts[run] - (run > 2 ? mask.Counts[run - 2] : 0);
            bool more;
            do
            {
                var bits = (int)(left & (More - 1));
                left >>= Payload;
                more = left != ((bits & Sign) != 0 ? -1 : 0);
                text.Append((char)('0' + bits + (more ? More : 0)));
            }
            while (more);
        }

        return text.ToString();
    }

    /// <summary>Reads the runs of a mask.</summary>
    /// <param name="text">As ASCII or UTF-8.</param>
    /// <param name="size">Rows and columns of the image.</param>
    /// <exception cref="InvalidDataException">
    /// It is no such text, or not of an image of this size; the message is the end of a sentence.
    /// </exception>
    public static RunLengthMask Read(ReadOnlySpan<byte> text, ImageSize size)
    {
        var counts = new List<int>();
        long total = 0, number = 0;
        var bits = 0;
        foreach (var character in text)
        {
            var value = character - '0';
            if (value is < 0 or > 63 || bits >= MostBits)
            {
                throw new InvalidDataException(
                    value is < 0 or > 63 ? $"the character {character} does not occur in such texts" : "a number in it is too large");
            }

            number |= (long)(value & (More - 1)) << bits;
            bits += Payload;
            if ((value & More) != 0)
            {
                continue;
            }

            number = (value & Sign) != 0 ? number | (-1L << bits) : number;
            number += counts.Count > 2 ? counts[^2] : 0;
            total += number is < 0 or > int.MaxValue ? throw new InvalidDataException("a run in it has no possible length") : number;
            counts.Add((int)number);
            (number, bits) = (0, 0);
        }

        return bits > 0 ? throw new InvalidDataException("it ends in the middle of a number") : Checked(counts, total, size);
    }

    /// <summary>Makes a mask of lengths of runs that somebody else has written.</summary>
    /// <exception cref="InvalidDataException">They are not of an image of this size; the message is the end of a sentence.</exception>
    public static RunLengthMask Checked(IReadOnlyList<int> counts, ImageSize size)
    {
        var total = counts.Sum(count => count < 0 ? throw new InvalidDataException("a run in it has no possible length") : (long)count);
        return Checked(counts, total, size);
    }

    private static RunLengthMask Checked(IReadOnlyList<int> counts, long total, ImageSize size) =>
        total == (long)size.Height * size.Width
            ? new RunLengthMask(size, counts.ToArray())
            : throw new InvalidDataException($"its runs sum to {total}, but the image has {size.Height} × {size.Width} pixels");
}
