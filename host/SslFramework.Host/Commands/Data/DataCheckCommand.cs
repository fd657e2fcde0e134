using System.CommandLine;
using System.Globalization;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data check IMAGES</c>: decodes every image and tells what there is, and what is wrong.</summary>
internal sealed class DataCheckCommand : GuardedCommand
{
    private const int Shown = 20;
    private const string Sheet = "contact-sheet.png";

    private readonly Argument<string> images = ImageArguments.Images();
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs: every class, duplicate and bad image");
    private readonly Option<string?> output = SharedOptions.Output("The contact sheet; "
        + $"{Sheet} where absent, if there is none", "file", "--sheet");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<string[]> set = ImageArguments.Set();
    private readonly Option<bool> statistics = new("--statistics")
    {
        Description = "Print mean, deviation and percentiles of every channel, and the options \"window\" and \"normalize\" made of them",
    };

    private readonly PluginArguments plugins = new();

    public DataCheckCommand()
        : base(
            "check",
            "Decode every image: counts, sizes, duplicates, bad files and a contact sheet.",
            "ssl data check photos",
            "ssl data check photos --statistics",
            "ssl data check photos --json") => Takes([images, json, output, force, set, statistics, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var (named, isReplaced, path) = (parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(images)!);
        OutputFolder.EnsureNew(isReplaced || named is null, "the contact sheet", named ?? Sheet);
        DurableFile.Check(named ?? Sheet);
        var sheet = named is null && !isReplaced && File.Exists(Sheet) ? null : named ?? Sheet;
        var notes = new List<string>();
        var source = ImageArguments.Open(path, parsed.GetValue(set)!, plugins.Load(parsed), notes.Add);
        DataCheck check;
        using (var progress = new CountProgress("checked", source.Count))
        {
            check = DataCheck.Of(source, progress.Report) with { Notes = notes };
        }

        if (parsed.GetValue(statistics))
        {
            using var progress = new CountProgress("counted", source.Count);
            check = check with { Statistics = ValueStatistics.Of(source, progress.Report) };
        }

        if (sheet is null)
        {
            Messages.Say(
                $"No contact sheet is written, because '{Sheet}' exists; "
                + "--force puts the new one in its place, and --output names another file.");
        }
        else
        {
            ContactSheet.Write(source, sheet);
        }

        if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(check));
        }
        else
        {
            Print(path, check);
            ResultConsole.WriteLine($"contact sheet  {sheet ?? "none"}");
            StatisticsText.Lines(check.Statistics ?? []).ToList().ForEach(ResultConsole.WriteLine);
        }

        return Verdict(check);
    }

    /// <exception cref="ExperimentException">
    /// Images cannot be read, or more of them cannot be used than training would leave out.
    /// </exception>
    private static ExitCode Verdict(DataCheck check)
    {
        if (check.Unread is [var first, ..])
        {
            throw new ExperimentException(
                FailureKind.Storage,
                $"{check.Unread.Count:N0} of {check.Images:N0} images cannot be read, which says nothing of the images themselves. "
                + $"{first.Reason}");
        }

        var allowed = new LoaderOptions().MaximumBad;
        return check.Bad.Count <= allowed * check.Images ? ExitCode.Success : throw new ExperimentException(
            FailureKind.Data,
            $"{check.Bad.Count:N0} of {check.Images:N0} images cannot be used, more than the {allowed:P0} that training leaves out; "
            + "repair or remove them, or raise \"training.maximumBad\".");
    }

    private static void Print(string path, DataCheck check)
    {
        ResultConsole.WriteLine($"{path}: {check.Images:N0} images, {ImageArguments.Size(check.Bytes)}; "
            + $"JPEGs decoded by {check.JpegDecoder}");
        if (check.Sizes is { } sizes)
        {
            ResultConsole.WriteLine($"sizes (width × height)  {Size(sizes.Smallest)} to {Size(sizes.Largest)}, "
                + $"median {Size(sizes.Median)}");
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
        List("images that are equal byte for byte", [.. check.Duplicates.Select(Equal)]);
        List("bad images", [.. check.Bad.Select(bad => bad.Reason)]);
        if (check.Unread.Count > 0)
        {
            List("images that cannot be read", [.. check.Unread.Select(unread => unread.Reason)]);
        }
    }

    private static void PrintTraits(DataCheck check)
    {
        if (check.Alpha is { Images: > 0 and var transparent } alpha)
        {
            var suspect = alpha.Suspect == 0 ? ""
                : $", and {alpha.Suspect:N0} of them become (almost) one grey, as transparency lies on mid-grey; "
                + "if the channel is something else, --set data.alpha=drop leaves it out, here as in training";
            ResultConsole.WriteLine($"images with an alpha channel  {transparent:N0}{suspect}");
        }

        if (check.SixteenBits is { Images: > 0 and var deep } bits)
        {
            var window = string.Join(", ", check.Window.Chunk(2).Select(pair => FormattableString.Invariant($"{pair[0]} to {pair[1]}")));
            var clipped = check.Clipped == 0 ? "" : $" (in {check.Clipped:N0} of them, values above become white)";
            var few = bits.Suspect == 0 ? ""
                : $"; {bits.Suspect:N0} of them use few of 256 levels (as few as {check.FewestLevels}) and are almost of one brightness: "
                + "--statistics prints a window that fits";
            var depth = check.Depth == 16 ? "all 16 bits are kept" : "256 levels of these remain, and --set data.depth=16 keeps all";
            ResultConsole.WriteLine(FormattableString.Invariant(
                $"images of 16 bits  {deep:N0}, with values up to {check.LargestValue}: {window} become black to white{clipped}, ")
                + $"which --set data.window=[low,high] changes; {depth}{few}");
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

    private static string Equal(IReadOnlyCollection<string> images) =>
        string.Join("  =  ", images.Take(3)) + (images.Count > 3 ? $"  and {images.Count - 3:N0} more" : "");

    private static string Size(ImageSize size) => $"{size.Width} × {size.Height}";
}
