using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SslFramework.Core.Checkpoints;
using SslFramework.Core.Data;
using SslFramework.Core.Diagnostics;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl data check IMAGES</c>: decodes every image and tells what there is, and what is wrong.</summary>
internal static class DataCheckCommand
{
    private const int Shown = 20;

    public static Command Define()
    {
        var (images, trace) = (DataCommand.Images(), SharedOptions.Trace());
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs: every class, duplicate and bad image" };
        var sheet = new Option<string>("--sheet") { Description = "The contact sheet", DefaultValueFactory = _ => "contact-sheet.png" };
        var command = new ExampledCommand(
            "check",
            "Decode every image: counts, sizes, duplicates, bad files and a contact sheet.",
            "ssl data check photos",
            "ssl data check photos --json") { images, json, sheet, trace };
        command.SetAction(parsed => SslCommand.Guarded(
            () => Check(parsed.GetValue(images)!, parsed.GetValue(json), parsed.GetValue(sheet)!), parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Check(string path, bool json, string sheet)
    {
        Durable.Check(sheet);
        var source = DataCommand.Open(path);
        DataCheck check;
        using (var progress = new CountProgress("checked", source.Count))
        {
            check = DataCheck.Of(source, progress.Report);
        }

        ContactSheet.Write(source, sheet);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(check, RunJson.Indented));
        }
        else
        {
            Print(path, check);
            ResultConsole.WriteLine($"contact sheet  {sheet}");
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
