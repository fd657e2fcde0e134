using SslFramework.Core.Data.Decoding;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>By what JPEGs are decoded: reading images is most of the work of a data loader.</summary>
internal static class ImageDecoding
{
    public static IEnumerable<Finding> Look()
    {
        var decoder = ImageDecoder.JpegDecoder;
        yield return decoder.StartsWith("libjpeg-turbo", StringComparison.Ordinal)
            ? new("images", Health.Good, $"JPEG by {decoder}")
            : new("images", Health.Notice, $"JPEG by {decoder}, which is slower", "Install libjpeg-turbo: "
                + "'apt-get install libturbojpeg0' or 'dnf install turbojpeg'.");
    }
}
