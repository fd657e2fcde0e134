using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Data;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl data …</c>: what to do with images before training.</summary>
internal static class DataCommand
{
    public static Command Define() => new("data", "Look at images before training, or pack them.") { DataCheckCommand.Define(), DataPackCommand.Define() };

    public static Argument<string> Images() => new("images") { Description = "A folder of images, a .tar file or folder of them, a pack, MNIST's or CIFAR's files, or fashion-mnist, which ships" };

    /// <summary>Opens images as <c>--data</c> does; of MNIST's and CIFAR's files, those to learn from.</summary>
    /// <param name="path">What the command line names.</param>
    /// <param name="plugins">Further folders of plugins.</param>
    /// <param name="lockFile">What the plugins must be; anything if absent.</param>
    /// <param name="channels">1 or 3.</param>
    /// <exception cref="ExperimentException">There are none.</exception>
    public static IDataSource Open(string path, string[] plugins, string? lockFile, int channels = 3)
    {
        var installation = lockFile is null ? null : Installation.Load(plugins, lockFile);
        var images = ImageSet.Find(path).All;
        switch (images.Members["name"].Text)
        {
            case "imageFolder":
                return new ImageFolderSource(new() { Path = path, Channels = channels });
            case "tarShards":
                return new TarShardsSource(new() { Path = path, Channels = channels });
            case "pack":
                return new PackSource(new() { Path = path, Channels = channels });
            case "idx":
                images.Set("channels", ConfigReader.ReadValue("1", "channels")); // as they are
                break;
        }

        installation ??= Installation.Load(plugins);
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        return provider.GetRequiredService<IComponentFactory>().Create(OptionsBinder.BindAlone<IDataSource>(images, installation.Components));
    }

    /// <summary>A number of bytes as people write it.</summary>
    public static string Size(long bytes) =>
        bytes < 1 << 20 ? $"{bytes / 1024.0:N1} kB" : bytes < 1 << 30 ? $"{bytes / (double)(1 << 20):N1} MB" : $"{bytes / (double)(1 << 30):N1} GB";
}
