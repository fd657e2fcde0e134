using System.Globalization;

namespace SslFramework.Core.Data.Decoding;

/// <summary>The image that is decoded, for messages, and how large it may be.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="MostPixels">More of them are refused.</param>
internal readonly record struct DecodeLimit(string Name, int MostPixels)
{
    /// <summary>Refuses an image because of what its header says, before memory is taken for it.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixelBytes">Bytes of a pixel in memory.</param>
    /// <exception cref="ExperimentException">It has no pixel, or too many.</exception>
    public void Check(long width, long height, int pixelBytes = 4)
    {
        if (width <= 0 || height <= 0 || width > int.MaxValue || height > int.MaxValue)
        {
            throw ImageDecoder.Bad(Name, $"its header says {width} × {height} pixels");
        }

        if (width * height > MostPixels)
        {
            ImageDecoder.CheckPixels((int)width, (int)height, MostPixels, Name);
        }

        if (width * height * pixelBytes > Array.MaxLength)
        {
            throw new ExperimentException(
                FailureKind.Data,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image '{Name}' cannot be used: its {width} × {height} pixels of {pixelBytes} bytes are more than the "
                    + $"{Array.MaxLength / 1e9:0.#} GB that fit into memory at once; cut it into tiles."));
        }
    }

    /// <summary>Refuses data that could not fill an image even if they were compressed as far as the format can.</summary>
    /// <param name="needed">Bytes of the image.</param>
    /// <param name="stored">Bytes of its data in the file.</param>
    /// <param name="mostRatio">How many bytes one byte of the data can stand for.</param>
    /// <exception cref="ExperimentException">The data are too short.</exception>
    public void CheckRatio(long needed, long stored, int mostRatio)
    {
        if (needed / mostRatio > stored)
        {
            throw ImageDecoder.Bad(Name, "it is truncated, or its header is damaged: its pixels do not fit into its data");
        }
    }
}
