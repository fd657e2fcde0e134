using System.Runtime.InteropServices;
using SslFramework.Core.Data.Decoding;
using TorchSharp;

namespace SslFramework.Host.Machine;

/// <summary>With what, and on what, numbers came about.</summary>
internal static class SoftwareVersions
{
    /// <summary>Versions of framework, TorchSharp, runtime and system.</summary>
    public static IReadOnlyDictionary<string, string> Current { get; } = new Dictionary<string, string>
    {
        ["sslFramework"] = VersionOf(typeof(SoftwareVersions)),
        ["torchSharp"] = VersionOf(typeof(torch)),
        ["jpegDecoder"] = ImageDecoder.JpegDecoder,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.OSDescription,
        ["cores"] = Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string VersionOf(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
