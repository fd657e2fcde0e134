using System.CommandLine;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Archives;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data pack IMAGES FILE</c>: one memory-mapped file for repeated runs.</summary>
internal sealed class DataPackCommand : GuardedCommand
{
    private readonly Argument<string> images = ImageArguments.Images();
    private readonly Argument<string> file = new("file") { Description = "The pack to write" };
    private readonly Option<int?> size = new("--size")
    {
        Description = "Decode, shrink to so many pixels on the shorter side, and hold pixels: larger, and nothing to decode later",
        HelpName = "pixels",
    };

    private readonly Option<bool> grey = new("--grey") { Description = "With --size: hold one channel" };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<string[]> set = ImageArguments.Set();
    private readonly PluginArguments plugins = new();

    public DataPackCommand()
        : base(
            "pack",
            "Put images into one file for the data source \"pack\": as they are, or decoded and shrunk.",
            "ssl data pack photos photos.pack",
            "ssl data pack photos photos.pack --size 256")
    {
        SharedOptions.TakesNumber(size, "a number of pixels");
        Takes([images, file, size, grey, force, set, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var (target, side, isGrey) = (parsed.GetValue(file)!, parsed.GetValue(size), parsed.GetValue(grey));
        if (isGrey && side is null)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                "--grey is for pixels, and without --size the files are packed as they are; give --size too, or leave --grey out.");
        }

        OutputFolder.EnsureNew(parsed.GetValue(force), "the pack", target);
        DurableFile.Check(target);
        var usual = new List<(string Key, string Json)>();
        if (isGrey)
        {
            usual.Add(("channels", "1"));
        }

        if (side is not null)
        {
            usual.Add(("maximumPixels", FormattableString.Invariant($"{DecodeOptions.MostPixels}")));
        }

        var source = ImageArguments.Open(parsed.GetValue(images)!, parsed.GetValue(set)!, plugins.Load(parsed), Messages.Warn, usual);
        DurableFile.DeleteLeftovers(target); // of a packing that was killed: as large as a pack
        var bad = Pack(source, target, side);
        foreach (var image in bad)
        {
            Messages.Say($"left out: {image.Reason}");
        }

        var packed = $"{source.Count - bad.Count:N0} images, {ImageArguments.Size(new FileInfo(target).Length)}";
        ResultConsole.WriteLine($"{target}: {packed}; use it as \"data\": {{ \"name\": \"pack\", \"path\": \"{target}\" }}");
        return ExitCode.Success;
    }

    private static IReadOnlyList<BadImage> Pack(IDataSource source, string target, int? side)
    {
        using var stop = new StopSignals();
        using var progress = new CountProgress("packed", source.Count);
        return PackWriter.Write(source, target, side, done =>
        {
            progress.Report(done);
            if (stop.Requested is { } signal)
            {
                throw new StoppedException(
                    signal,
                    $"Packing was interrupted after {done:N0} of {source.Count:N0} images, and leaves nothing behind; "
                    + "begin again with the same command.");
            }
        });
    }
}
