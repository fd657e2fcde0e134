namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>A file that has been found whole, and what ImageSharp does not tell of it.</summary>
/// <param name="encoded">The bytes to decode.</param>
/// <param name="size">Rows and columns.</param>
internal readonly ref struct SoundFile(ReadOnlySpan<byte> encoded, ImageSize size)
{
    /// <summary>The bytes to decode: those of the first image.</summary>
    public ReadOnlySpan<byte> Encoded { get; } = encoded;

    /// <summary>Rows and columns, before it is turned upright.</summary>
    public ImageSize Size { get; } = size;

    /// <summary>Whether it has an alpha channel.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>The orientation as EXIF numbers it, 1 to 8.</summary>
    public int Orientation { get; init; } = ExifOrientation.Upright;
}
