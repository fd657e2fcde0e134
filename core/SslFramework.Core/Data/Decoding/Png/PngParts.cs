namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>What of a PNG counts for its pixels.</summary>
internal ref struct PngParts
{
    private PngParts(List<(int Start, int Length)> data) => Data = data;

    /// <summary>The header.</summary>
    public PngHeader Header { get; private set; }

    /// <summary>Red, green and blue of every color; empty if there is no palette.</summary>
    public ReadOnlySpan<byte> Palette { get; private set; }

    /// <summary>The transparent color, or alpha of every color of the palette; empty if there is none.</summary>
    public ReadOnlySpan<byte> Transparency { get; private set; }

    /// <summary>The orientation as EXIF numbers it, 1 to 8.</summary>
    public int Orientation { get; private set; } = ExifOrientation.Upright;

    /// <summary>Where the deflated pixels are in the file.</summary>
    public List<(int Start, int Length)> Data { get; }

    /// <summary>Finds them.</summary>
    /// <exception cref="ExperimentException">The image is too large, or the file truncated or damaged.</exception>
    public static PngParts Find(ReadOnlySpan<byte> png, DecodeLimit limit)
    {
        var parts = new PngParts([]);
        for (var chunks = new PngChunks(png); chunks.MoveNext();)
        {
            var isCritical = (chunks.Type[0] & 0x20) == 0;
            var isFirst = parts.Header.Depth == 0;
            if ((isCritical && !chunks.IsSound()) || isFirst != chunks.Type.SequenceEqual("IHDR"u8))
            {
                throw ImageDecoder.Bad(limit.Name, "it is damaged (a checksum, or the order of its chunks, is wrong)");
            }

            if (chunks.Type.SequenceEqual("IEND"u8))
            {
                return parts;
            }

            parts.Take(chunks, limit);
        }

        throw ImageDecoder.Bad(limit.Name, "it is truncated");
    }

    private void Take(PngChunks chunk, DecodeLimit limit)
    {
        if (chunk.Type.SequenceEqual("IHDR"u8))
        {
            Header = PngHeader.Read(chunk.Content, limit);
        }
        else if (chunk.Type.SequenceEqual("PLTE"u8) && Header.Color == PngColor.Palette)
        {
            Palette = chunk.Content; // of an image of colors it is but a suggestion
        }
        else if (chunk.Type.SequenceEqual("tRNS"u8))
        {
            Transparency = chunk.Content;
        }
        else if (chunk.Type.SequenceEqual("eXIf"u8))
        {
            Orientation = ExifOrientation.Read(chunk.Content);
        }
        else if (chunk.Type.SequenceEqual("IDAT"u8))
        {
            Data.Add((chunk.Start, chunk.Content.Length));
        }
    }
}
