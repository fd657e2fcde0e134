using System.CommandLine;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data …</c>: what to do with images before training.</summary>
internal static class DataCommand
{
    public static Command Define() => new("data", "Look at images before training, or pack them.")
    {
        new DataCheckCommand(), new DataPackCommand(),
    };

    /// <summary>A number of bytes as people write it.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:N1} kB",
        < 1 << 30 => $"{bytes / (double)(1 << 20):N1} MB",
        _ => $"{bytes / (double)(1 << 30):N1} GB",
    };
}
