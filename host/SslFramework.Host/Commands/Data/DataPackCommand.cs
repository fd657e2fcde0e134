using System.CommandLine;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Archives;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Storage;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data pack IMAGES FILE</c>: one memory-mapped file for repeated runs.</summary>
internal sealed class DataPackCommand : GuardedCommand
{
    private readonly DataArguments images = new();
    private readonly Argument<string> file = new("file") { Description = "The pack to write" };

    private readonly Option<int?> size = new Option<int?>("--size")
    {
        Description = "Decode, shrink to so many pixels on the shorter side, and hold pixels: larger, and nothing to decode later",
        HelpName = "pixels",
    }.MustBe("a number of pixels");

    private readonly Option<bool> grey = new("--grey") { Description = "With --size: hold one channel" };
    private readonly Option<bool> force = SharedOptions.Force();

    public DataPackCommand()
        : base(
            "pack",
            "Put images into one file for the data source \"pack\": as they are, or decoded and shrunk.",
            "ssl data pack photos photos.pack",
            "ssl data pack photos photos.pack --size 256") =>
        Takes([images.Images, file, size, grey, force, .. images.Options]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var (isGrey, pixels, pack) = (parsed.GetValue(grey), parsed.GetValue(size), parsed.GetValue(file)!);
        if (isGrey && pixels is null)
        {
            throw new ExperimentException(
                ExitCode.Usage,
                "--grey is for pixels, and without --size the files are packed as they are; give --size too, or leave --grey out.");
        }

        OutputFolder.EnsureNew(parsed.GetValue(force), "the pack", pack);
        Durable.Check(pack);
        var usual = new List<(string, int)>();
        if (isGrey)
        {
            usual.Add(("channels", 1));
        }

        if (pixels is not null)
        {
            usual.Add(("maximumPixels", DecodeOptions.MostPixels)); // they are shrunk at once
        }

        var source = images.Open(parsed, NamedImages.Warn, usual);
        Durable.DeleteLeftovers(pack); // of a packing that was killed: as large as a pack
        var bad = Write(pack, source, pixels);
        foreach (var image in bad)
        {
            Console.Error.WriteLine($"left out: {Printable.Line(image.Reason)}");
        }

        var (count, bytes) = (source.Count - bad.Count, DataCommand.Size(new FileInfo(pack).Length));
        ResultConsole.WriteLine(
            $"{pack}: {count:N0} images, {bytes}; use it as \"data\": {{ \"name\": \"pack\", \"path\": \"{pack}\" }}");
        return ExitCode.Success;
    }

    /// <returns>What was left out.</returns>
    private static IReadOnlyList<BadImage> Write(string pack, IDataSource source, int? pixels)
    {
        using var stop = new StopSignals();
        using var progress = new CountProgress("packed", source.Count);
        return PackWriter.Write(source, pack, pixels, done =>
        {
            progress.Report(done);
            if (stop.Requested is { } signal)
            {
                throw new ExperimentException(
                    signal,
                    $"Packing was interrupted after {done:N0} of {source.Count:N0} images, and leaves nothing behind; "
                    + "begin again with the same command.");
            }
        });
    }
}
