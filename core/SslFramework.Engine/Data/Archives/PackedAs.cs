namespace SslFramework.Engine.Data.Archives;

/// <summary>How a pack holds its images.</summary>
internal enum PackedAs
{
    /// <summary>Images are held as the files' own bytes.</summary>
    Files = 0,

    /// <summary>Images are held as uint8, row by row, the channels of a pixel together.</summary>
    Pixels = 1,

    /// <summary>Images are held as uint16, little-endian, in the same order; 65535 is white.</summary>
    DeepPixels = 2,
}
