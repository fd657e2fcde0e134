using SslFramework.Core.Data.Decoding;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>By what JPEGs are decoded: reading images is most of the work of a data loader.</summary>
internal static class ImageDecoding
{
    public static IEnumerable<Finding> Look() =>
        [new("images", Health.Good, $"JPEG by {ImageDecoder.JpegDecoder}; no native image library is needed")];
}
