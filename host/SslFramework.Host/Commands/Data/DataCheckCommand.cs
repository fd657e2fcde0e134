using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Configuration;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data check IMAGES</c>: decodes every image and tells what there is, and what is wrong.</summary>
internal static class DataCheckCommand
{
    private const int Shown = 20;
    private const string Sheet = "contact-sheet.png";

    public static Command Define()
    {
        var (images, set, plugins, locked, trace) = (DataCommand.Images(), DataCommand.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs: every class, duplicate and bad image" };
        var (sheet, force) = (SharedOptions.Output($"The contact sheet; {Sheet} where absent, if there is none", "file", "--sheet"), SharedOptions.Force());
        var command = new ExampledCommand(
            "check",
            "Decode every image: counts, sizes, duplicates, bad files and a contact sheet.",
            "ssl data check photos",
            "ssl data check photos --json") { images, json, sheet, force, set, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var (named, replaced) = (parsed.GetValue(sheet), parsed.GetValue(force));
                OutputFolder.EnsureNew(replaced || named is null, "the contact sheet", named ?? Sheet);
                DurableFile.Check(named ?? Sheet);
                var place = named is null && !replaced && File.Exists(Sheet) ? null : named ?? Sheet;
                var path = parsed.GetValue(images)!;
                var notes = new List<string>();
                var source = DataCommand.Open(path, parsed.GetValue(set)!, Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked)), notes.Add);
                return Check(path, source, notes, parsed.GetValue(json), place);
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Check(string path, IDataSource source, IReadOnlyList<string> notes, bool json, string? sheet)
    {
        DataCheck check;
        using (var progress = new CountProgress("checked", source.Count))
        {
            check = DataCheck.Of(source, progress.Report) with { Notes = notes };
        }

        if (sheet is null)
        {
            Console.Error.WriteLine($"No contact sheet is written, because '{Sheet}' exists; --force puts the new one in its place, and --output names another file.");
        }
        else
        {
            ContactSheet.Write(source, sheet);
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(check, RunJson.Indented));
        }
        else
        {
            Print(path, check);
            ResultConsole.WriteLine($"contact sheet  {sheet ?? "none"}");
        }

        if (check.Unread is [var first, ..])
        {
            throw new ExperimentException(FailureKind.Storage, $"{check.Unread.Count:N0} of {check.Images:N0} images cannot be read, which says nothing of the images themselves. {first.Reason}");
        }

        // As many as training would refuse by default.
        var allowed = new LoaderOptions().MaximumBad;
        return check.Bad.Count <= allowed * check.Images ? ExitCode.Success : throw new ExperimentException(
            FailureKind.Data,
            $"{check.Bad.Count:N0} of {check.Images:N0} images cannot be used, more than the {allowed:P0} that training leaves out; repair or remove them, or raise \"training.maximumBad\".");
    }

    private static void Print(string path, DataCheck check)
    {
        ResultConsole.WriteLine($"{path}: {check.Images:N0} images, {DataCommand.Size(check.Bytes)}; JPEGs decoded by {check.JpegDecoder}");
        if (check.Sizes is { } sizes)
        {
            ResultConsole.WriteLine($"sizes (width × height)  {Size(sizes.Smallest)} to {Size(sizes.Largest)}, median {Size(sizes.Median)}");
        }

        if (check.Classes.Count > 0)
        {
            List("classes", [.. check.Classes.Select(c => $"{c.Images,7:N0}  {c.Name}")]);
        }

        if (check.Unlabeled > 0)
        {
            ResultConsole.WriteLine($"without a class  {check.Unlabeled:N0}");
        }

        PrintTraits(check);
        check.Notes.ToList().ForEach(ResultConsole.WriteLine);
        List("images that are equal byte for byte", [.. check.Duplicates.Select(group => string.Join("  =  ", group.Take(3)) + (group.Count > 3 ? $"  and {group.Count - 3:N0} more" : ""))]);
        List("bad images", [.. check.Bad.Select(bad => bad.Reason)]);
        if (check.Unread.Count > 0)
        {
            List("images that cannot be read", [.. check.Unread.Select(unread => unread.Reason)]);
        }
    }

    private static void PrintTraits(DataCheck check)
    {
        if (check.Alpha.Images > 0)
        {
            ResultConsole.WriteLine($"images with an alpha channel  {check.Alpha.Images:N0}" + (check.Alpha.Suspect == 0 ? "" :
                $", and {check.Alpha.Suspect:N0} of them become (almost) one grey, as transparency lies on mid-grey; if the channel is something else, --set data.alpha=drop leaves it out, here as in training"));
        }

        if (check.SixteenBits.Images > 0)
        {
            ResultConsole.WriteLine($"images of 16 bits  {check.SixteenBits.Images:N0}, of which the upper 8 are read" + (check.SixteenBits.Suspect == 0 ? "" :
                $"; {check.SixteenBits.Suspect:N0} of them use few of the 256 levels that are left (as few as {check.FewestLevels}) and are almost of one brightness: multiply their values, so that they fill the 16 bits, and write them anew"));
        }
    }

    private static void List(string title, string[] lines)
    {
        ResultConsole.WriteLine($"{title}  {(lines.Length == 0 ? "none" : lines.Length.ToString("N0", CultureInfo.InvariantCulture))}");
        foreach (var line in lines.Take(Shown))
        {
            ResultConsole.WriteLine($"  {line}");
        }

        if (lines.Length > Shown)
        {
            ResultConsole.WriteLine($"  and {lines.Length - Shown:N0} more; --json lists all");
        }
    }

    private static string Size(ImageSize size) => $"{size.Width} × {size.Height}";
}
