using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Tiff;

/// <summary>How the pixels of a TIFF's first image lie in its file: the entries of its directory that count.</summary>
internal sealed class TiffLayout
{
    private const int MostChannels = 32;
    private const int Entry = 12;
    private const int Short = 3;
    private const int Long = 4;

    // No other is looked at: many that point to the same bytes would take more time and memory than the file explains.
    private static readonly ushort[] Tags = [256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339];

    private readonly Dictionary<ushort, uint[]> entries = [];
    private readonly DecodeLimit limit;

    private TiffLayout(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        this.limit = limit;
        IsLittleEndian = file[0] == (byte)'I';
        ReadDirectory(file);
        var (width, height) = (Required(256, "width"), Required(257, "height"));
        (Channels, Bits) = ((int)One(277, 1), (int)One(258, 1));
        IsPlanar = One(284, 1) == 2;
        (Compression, Photometric) = (One(259, 1), One(262, 1));
        HasPredictor = One(317, 1) == 2 && (Compression is 5 or 8 or 32946); // as libtiff, which ignores it else
        Orientation = One(274, 1) is >= 1 and <= 8 and var orientation ? (int)orientation : ExifOrientation.Upright;
        ExtraChannel = entries.TryGetValue(338, out var extra) && extra.Length > 0 ? extra[^1] : 0;
        CheckKind();
        limit.Check(width, height, Channels * Bits / 8);
        Size = new ImageSize((int)height, (int)width);

        var isTiled = entries.ContainsKey(322);
        Part = isTiled
            ? new ImageSize(Length(323), Length(322))
            : new ImageSize((int)Math.Clamp(One(278, uint.MaxValue), 1, height), (int)width);
        (Offsets, Lengths) = isTiled ? (Many(324), Many(325)) : (Many(273), Many(279));
        IsTiled = isTiled;
        CheckParts(file.Length);
    }

    /// <summary>Whether numbers begin with their lowest byte.</summary>
    public bool IsLittleEndian { get; }

    /// <summary>Rows and columns.</summary>
    public ImageSize Size { get; }

    /// <summary>Values of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Bits of a value: 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Whether each part holds one channel.</summary>
    public bool IsPlanar { get; }

    /// <summary>Whether the parts are tiles, which are all of one size, or strips, of which the last may be lower.</summary>
    public bool IsTiled { get; }

    /// <summary>Rows and columns of a part.</summary>
    public ImageSize Part { get; }

    /// <summary>Where each part begins.</summary>
    public uint[] Offsets { get; }

    /// <summary>Bytes of each part.</summary>
    public uint[] Lengths { get; }

    /// <summary>1 none, 5 LZW, 8 and 32946 Deflate, 32773 PackBits.</summary>
    public uint Compression { get; }

    /// <summary>0 if 0 is white.</summary>
    public uint Photometric { get; }

    /// <summary>Whether values are held as their difference from those of the pixel to the left.</summary>
    public bool HasPredictor { get; }

    /// <summary>2 if the last channel is alpha.</summary>
    public uint ExtraChannel { get; }

    /// <summary>The orientation as EXIF numbers it, 1 to 8.</summary>
    public int Orientation { get; }

    /// <summary>Channels of a part.</summary>
    public int PartChannels => IsPlanar ? 1 : Channels;

    /// <summary>Parts side by side.</summary>
    public int Across => (Size.Width + Part.Width - 1) / Part.Width;

    /// <summary>Parts below one another.</summary>
    public int Down => (Size.Height + Part.Height - 1) / Part.Height;

    /// <summary>Whether a file begins as a TIFF, or as a BigTIFF.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> file) =>
        file.Length >= 8 && (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || IsBig(file));

    /// <summary>Reads the directory of the first image.</summary>
    /// <exception cref="ExperimentException">It is damaged, too large, or of a kind that is not read.</exception>
    public static TiffLayout Read(ReadOnlySpan<byte> file, DecodeLimit limit) => IsBig(file)
        ? throw ImageDecoder.Bad(limit.Name, "it is a BigTIFF, which is not read: write it as a TIFF, or in several files")
        : new TiffLayout(file, limit);

    /// <summary>Bits of a value; 0 if it is not a TIFF, or not one that is read.</summary>
    public static int BitsOf(ReadOnlySpan<byte> file)
    {
        try
        {
            return IsTiff(file) ? Read(file, new DecodeLimit("", DecodeOptions.MostPixels)).Bits : 0;
        }
        catch (ExperimentException)
        {
            return 0;
        }
    }

    private static bool IsBig(ReadOnlySpan<byte> file) => file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8);

    private void ReadDirectory(ReadOnlySpan<byte> file)
    {
        var start = Int(file[4..]);
        if (start > file.Length - 2)
        {
            throw Truncated();
        }

        var rest = file[((int)start + 2)..];
        for (var i = Word(file[(int)start..]); i > 0; i--, rest = rest[Entry..])
        {
            if (rest.Length < Entry)
            {
                throw Truncated();
            }

            var (tag, type, count) = (Word(rest), Word(rest[2..]), Int(rest[4..]));
            if (type is not (Short or Long) || !Tags.Contains(tag) || entries.ContainsKey(tag))
            {
                continue;
            }

            var bytes = (long)count * (type == Short ? 2 : 4);
            var at = bytes <= 4 ? 0 : Int(rest[8..]);
            if (bytes > 4 && at > file.Length - bytes)
            {
                throw Truncated();
            }

            var values = bytes <= 4 ? rest[8..] : file[(int)at..];
            var numbers = new uint[count];
            for (var k = 0; k < numbers.Length; k++)
            {
                numbers[k] = type == Short ? Word(values[(2 * k)..]) : Int(values[(4 * k)..]);
            }

            entries[tag] = numbers;
        }
    }

    private void CheckKind()
    {
        var bits = entries.GetValueOrDefault((ushort)258, [1]);
        if (Channels is < 1 or > MostChannels)
        {
            throw ImageDecoder.Bad(limit.Name, $"it has {Channels} channels, and 1 to {MostChannels} are read");
        }

        if (Bits is not (8 or 16) || bits.Any(other => other != Bits) || One(339, 1) != 1)
        {
            throw ImageDecoder.Bad(
                limit.Name,
                $"it is a TIFF of {Bits} bits and format {One(339, 1)}, and whole numbers of 8 or 16 bits are read: write it so");
        }

        if (Compression is not (1 or 5 or 8 or 32946 or 32773) || One(317, 1) > 2 || One(266, 1) != 1)
        {
            throw ImageDecoder.Bad(
                limit.Name,
                $"it is a TIFF of compression {Compression} and predictor {One(317, 1)}, and none, LZW, Deflate and PackBits are read: "
                + "write it so");
        }

        if (ExtraChannel == 1)
        {
            throw ImageDecoder.Bad(limit.Name, "it is a TIFF whose colors are multiplied by their alpha: write it with alpha apart");
        }

        if (Photometric is 3 or 6)
        {
            throw ImageDecoder.Bad(
                limit.Name,
                $"it is a TIFF of {(Photometric == 3 ? "a palette" : "luma and chroma")}: write it in gray or red, green and blue");
        }
    }

    private void CheckParts(int fileLength)
    {
        var parts = (long)Across * Down * (IsPlanar ? Channels : 1);
        if (Offsets.Length < parts || Lengths.Length < parts)
        {
            throw ImageDecoder.Bad(limit.Name, "it is damaged (parts of it are missing)");
        }

        if ((long)Part.Height * Part.Width * PartChannels * Bits / 8 > Array.MaxLength)
        {
            throw ImageDecoder.Bad(limit.Name, "it is damaged (its tiles are too large)");
        }

        for (var i = 0; i < parts; i++)
        {
            if ((long)Offsets[i] + Lengths[i] > fileLength)
            {
                throw Truncated();
            }
        }
    }

    private uint One(ushort tag, uint otherwise) =>
        entries.TryGetValue(tag, out var numbers) && numbers.Length > 0 ? numbers[0] : otherwise;

    private uint[] Many(ushort tag) => entries.GetValueOrDefault(tag, []);

    private uint Required(ushort tag, string what) => One(tag, 0) is > 0 and var number ? number
        : throw ImageDecoder.Bad(limit.Name, $"it is damaged (it has no {what})");

    private int Length(ushort tag) => One(tag, 0) is > 0 and <= int.MaxValue and var length ? (int)length
        : throw ImageDecoder.Bad(limit.Name, "it is damaged (its tiles have no size)");

    private ExperimentException Truncated() => ImageDecoder.Bad(limit.Name, "it is truncated");

    private ushort Word(ReadOnlySpan<byte> bytes) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint Int(ReadOnlySpan<byte> bytes) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
