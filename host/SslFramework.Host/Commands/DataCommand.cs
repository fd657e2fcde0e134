using System.CommandLine;
using SslFramework.Core.Data;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl data …</c>: what to do with images before training.</summary>
internal static class DataCommand
{
    public static Command Define() => new("data", "Look at images before training, or pack them.") { DataCheckCommand.Define(), DataPackCommand.Define() };

    public static Argument<string> Images() => new("images") { Description = "A folder of images, a .tar file or folder of them, or a pack" };

    /// <summary>Opens images by what lies at the path.</summary>
    public static IEncodedSource Open(string path, int channels = 3)
    {
        var isFolder = Directory.Exists(path);
        return (isFolder ? Directory.EnumerateFiles(path, "*.tar").Any() : path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))
            ? new TarShardsSource(new() { Path = path, Channels = channels })
            : isFolder ? new ImageFolderSource(new() { Path = path, Channels = channels })
            : new PackSource(new() { Path = path, Channels = channels });
    }
}
