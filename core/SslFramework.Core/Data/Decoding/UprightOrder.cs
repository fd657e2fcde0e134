namespace SslFramework.Core.Data.Decoding;

/// <summary>The order in which the upright image has the pixels that are stored in another.</summary>
/// <param name="Rows">Rows of the upright image.</param>
/// <param name="Columns">Columns of the upright image.</param>
/// <param name="Start">The number of the stored pixel that is its first.</param>
/// <param name="Down">From a pixel to the one below it.</param>
/// <param name="Right">From a pixel to the one right of it.</param>
internal readonly record struct UprightOrder(int Rows, int Columns, int Start, int Down, int Right)
{
    /// <summary>The order for an image.</summary>
    /// <param name="size">Rows and columns as stored.</param>
    /// <param name="orientation">The orientation as EXIF numbers it, 1 to 8; anything else is upright.</param>
    public static UprightOrder Of(ImageSize size, int orientation)
    {
        var (height, width) = size;
        var last = (width * height) - 1;
        var (start, down, right) = orientation switch
        {
            2 => (width - 1, width, -1),
            3 => (last, -width, -1),
            4 => (last - width + 1, -width, 1),
            5 => (0, 1, width),
            6 => (last - width + 1, 1, -width),
            7 => (last, -1, -width),
            8 => (width - 1, -1, width),
            _ => (0, width, 1),
        };
        var (rows, columns) = orientation is >= 5 and <= 8 ? (width, height) : (height, width);
        return new UprightOrder(rows, columns, start, down, right);
    }
}
