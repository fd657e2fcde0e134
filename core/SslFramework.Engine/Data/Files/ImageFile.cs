using SslFramework.Core.Data.Decoding;

namespace SslFramework.Engine.Data.Files;

/// <summary>Reads the bytes of an image file.</summary>
internal static class ImageFile
{
    /// <summary>Reads them into pooled memory.</summary>
    /// <exception cref="ExperimentException">The file is missing, too large or cannot be read; the message names it.</exception>
    public static RentedBytes Load(string path) => ReadRetry.Patient.Read($"The image '{path}'", path, static path =>
    {
        // Checks the length first, because opening a pipe would wait for a writer.
        var length = FileState.Followed(path).Length;
        ImageDecoder.CheckBytes(length, path);
        using var file = File.OpenHandle(path);
        return RentedBytes.Read(file, 0, (int)length);
    });

    /// <summary>Reads them.</summary>
    /// <exception cref="ExperimentException">The file is missing, too large or cannot be read; the message names it.</exception>
    public static byte[] Read(string path)
    {
        using var bytes = Load(path);
        return bytes.Span.ToArray();
    }
}
