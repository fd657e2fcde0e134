using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SslFramework.Core.Checkpoints;
using SslFramework.Core.Data;
using SslFramework.Core.Diagnostics;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl data check IMAGES</c>: decodes every image and tells what there is, and what is wrong.</summary>
internal static class DataCheckCommand
{
    private const int Shown = 20;
    private const string Sheet = "contact-sheet.png";
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Define()
    {
        var (images, plugins, locked, trace) = (DataCommand.Images(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs: every class, duplicate and bad image" };
        var (sheet, force) = (SharedOptions.Output($"The contact sheet; {Sheet} where absent, if there is none", "file", "--sheet"), SharedOptions.Force());
        var command = new ExampledCommand(
            "check",
            "Decode every image: counts, sizes, duplicates, bad files and a contact sheet.",
            "ssl data check photos",
            "ssl data check photos --json") { images, json, sheet, force, plugins, locked, trace };
        command.SetAction(parsed => SslCommand.Guarded(
            () => Check(() => DataCommand.Open(parsed.GetValue(images)!, parsed.GetValue(plugins)!, parsed.GetValue(locked)), parsed.GetValue(images)!, parsed.GetValue(json), parsed.GetValue(sheet), parsed.GetValue(force)), parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Check(Func<IDataSource> open, string path, bool json, string? named, bool force)
    {
        OutputFolder.EnsureNew(force || named is null, "the contact sheet", named ?? Sheet);
        var sheet = named is null && !force && File.Exists(Sheet) ? null : named ?? Sheet;
        Durable.Check(sheet ?? Sheet);
        var source = open();
        DataCheck check;
        using (var progress = new CountProgress("checked", source.Count))
        {
            check = DataCheck.Of(source, progress.Report);
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
            Console.WriteLine(JsonSerializer.Serialize(check, Json));
        }
        else
        {
            Print(path, check);
            ResultConsole.WriteLine($"contact sheet  {sheet ?? "none"}");
        }

        // As many as training would refuse by default.
        var allowed = new LoaderOptions().MaximumBad;
        return check.Bad.Count <= allowed * check.Images ? ExitCode.Success : throw new ExperimentException(
            ExitCode.Data,
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

        if (check.Unlabelled > 0)
        {
            ResultConsole.WriteLine($"without a class  {check.Unlabelled:N0}");
        }

        List("images that are equal byte for byte", [.. check.Duplicates.Select(group => string.Join("  =  ", group.Take(3)) + (group.Count > 3 ? $"  and {group.Count - 3:N0} more" : ""))]);
        List("bad images", [.. check.Bad.Select(bad => bad.Reason)]);
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
