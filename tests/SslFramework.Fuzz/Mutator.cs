using System.Buffers.Binary;
using System.Text;

namespace SslFramework.Fuzz;

/// <summary>Changes inputs as AFL's havoc stage does: bits, bytes, numbers, blocks, words of the format, parts of another input.</summary>
/// <param name="random">The source of all choices.</param>
/// <param name="words">Words of the format.</param>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int LargestInput = 1 << 16;

    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, 16, 64, 100, 127, 128, 255, 256, 1024, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>One input made from another.</summary>
    /// <param name="input">Stays as it is.</param>
    /// <param name="other">Gives a part.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = input.ToList();
        for (var left = 1 << random.Next(0, 6); left > 0; left--)
        {
            Change(bytes, other);
        }

        return bytes.Count > LargestInput ? [.. bytes.Take(LargestInput)] : [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] += (byte)random.Next(-16, 17);
                break;
            case 3:
                Overwrite(bytes, at, Number());
                break;
            case 4:
                bytes.InsertRange(at, Number());
                break;
            case 5:
                bytes.RemoveRange(at, Length(bytes.Count - at));
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, Length(bytes.Count - at))); // doubles a block
                break;
            case 7 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other.Skip(from).Take(Length(other.Length - from)));
                break;
            case 8 when words.Count > 0:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            case 9 when words.Count > 0:
                Overwrite(bytes, at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            default:
                bytes.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    /// <summary>A number at a border, of 1, 2, 4 or 8 bytes in either order, or in digits.</summary>
    private byte[] Number()
    {
        var number = Numbers[random.Next(Numbers.Length)];
        if (random.Next(4) == 0)
        {
            return Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        var part = bytes[..(1 << random.Next(4))];
        if (random.Next(2) == 0)
        {
            Array.Reverse(part);
        }

        return part;
    }

    /// <summary>Short blocks more often than long ones.</summary>
    private int Length(int most) => Math.Min(most, random.Next(1, 1 << random.Next(1, 11)));

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        bytes.RemoveRange(at, Math.Min(with.Length, bytes.Count - at));
        bytes.InsertRange(at, with);
    }
}
