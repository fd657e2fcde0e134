using System.CommandLine;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Archives;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data pack IMAGES FILE</c>: one memory-mapped file for repeated runs.</summary>
internal static class DataPackCommand
{
    public static Command Define()
    {
        var (images, set, plugins, locked, trace) = (DataCommand.Images(), DataCommand.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var file = new Argument<string>("file") { Description = "The pack to write" };
        var size = new Option<int?>("--size")
        {
            Description = "Decode, shrink to so many pixels on the shorter side, and hold pixels: larger, and nothing to decode later",
            HelpName = "pixels",
        };
        SharedOptions.TakesNumber(size, "a number of pixels");
        var grey = new Option<bool>("--grey") { Description = "With --size: hold one channel" };
        var force = SharedOptions.Force();
        var command = new ExampledCommand(
            "pack",
            "Put images into one file for the data source \"pack\": as they are, or decoded and shrunk.",
            "ssl data pack photos photos.pack",
            "ssl data pack photos photos.pack --size 256") { images, file, size, grey, force, set, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                IDataSource Open(params IEnumerable<(string Key, int Value)> usual) => DataCommand.Open(
                    parsed.GetValue(images)!, parsed.GetValue(set)!, Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked)), DataCommand.Warn, usual);
                return Pack(Open, parsed.GetValue(grey), parsed.GetValue(file)!, parsed.GetValue(size), parsed.GetValue(force));
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Pack(Func<IEnumerable<(string Key, int Value)>, IDataSource> open, bool grey, string file, int? size, bool force)
    {
        if (grey && size is null)
        {
            throw new ExperimentException(FailureKind.Usage, "--grey is for pixels, and without --size the files are packed as they are; give --size too, or leave --grey out.");
        }

        OutputFolder.EnsureNew(force, "the pack", file);
        DurableFile.Check(file);
        var source = open([.. grey ? [("channels", 1)] : Array.Empty<(string, int)>(), .. size is null ? [] : new[] { ("maximumPixels", DecodeOptions.MostPixels) }]);
        DurableFile.DeleteLeftovers(file); // of a packing that was killed: as large as a pack
        IReadOnlyList<BadImage> bad;
        using (var stop = new StopSignals())
        using (var progress = new CountProgress("packed", source.Count))
        {
            bad = PackWriter.Write(source, file, size, done =>
            {
                progress.Report(done);
                if (stop.Requested is { } signal)
                {
                    throw new StoppedException(signal, $"Packing was interrupted after {done:N0} of {source.Count:N0} images, and leaves nothing behind; begin again with the same command.");
                }
            });
        }

        foreach (var image in bad)
        {
            Console.Error.WriteLine($"left out: {Printable.Line(image.Reason)}");
        }

        ResultConsole.WriteLine($"{file}: {source.Count - bad.Count:N0} images, {DataCommand.Size(new FileInfo(file).Length)}; use it as \"data\": {{ \"name\": \"pack\", \"path\": \"{file}\" }}");
        return ExitCode.Success;
    }
}
