using System.CommandLine;
using System.Text.Json;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Loading;
using SslFramework.Core.Pictures;
using SslFramework.Core.Storage;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary><c>ssl data check IMAGES</c>: decodes every image and tells what there is, and what is wrong.</summary>
internal sealed class DataCheckCommand : GuardedCommand
{
    private const string Sheet = "contact-sheet.png";

    private readonly DataArguments images = new();
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs: every class, duplicate and bad image");
    private readonly Option<string?> output =
        SharedOptions.Output($"The contact sheet; {Sheet} where absent, if there is none", "file", "--sheet");

    private readonly Option<bool> force = SharedOptions.Force();

    public DataCheckCommand()
        : base(
            "check",
            "Decode every image: counts, sizes, duplicates, bad files and a contact sheet.",
            "ssl data check photos",
            "ssl data check photos --json") => Takes([images.Images, json, output, force, .. images.Options]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var sheet = FreeSheet(parsed.GetValue(output), parsed.GetValue(force));
        var notes = new List<string>();
        var source = images.Open(parsed, notes.Add);
        var check = Decode(source) with { Notes = notes };
        if (sheet is null)
        {
            Console.Error.WriteLine(
                $"No contact sheet is written, because '{Sheet}' exists; "
                + "--force puts the new one in its place, and --output names another file.");
        }
        else
        {
            ContactSheet.Write(source, sheet);
        }

        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(check, RunJson.Indented));
        }
        else
        {
            DataCheckText.Print(parsed.GetValue(images.Images)!, check);
            ResultConsole.WriteLine($"contact sheet  {sheet ?? "none"}");
        }

        ThrowIfTooBad(check);
        return ExitCode.Success;
    }

    /// <summary>Where the contact sheet goes; null if nobody named a file and the usual one exists.</summary>
    private static string? FreeSheet(string? named, bool replaced)
    {
        OutputFolder.EnsureNew(replaced || named is null, "the contact sheet", named ?? Sheet);
        Durable.Check(named ?? Sheet);
        return named is null && !replaced && File.Exists(Sheet) ? null : named ?? Sheet;
    }

    private static DataCheck Decode(IDataSource source)
    {
        using var progress = new CountProgress("checked", source.Count);
        return DataCheck.Of(source, progress.Report);
    }

    private static void ThrowIfTooBad(DataCheck check)
    {
        if (check.Unread is [var first, ..])
        {
            throw new ExperimentException(
                ExitCode.Storage,
                $"{check.Unread.Count:N0} of {check.Images:N0} images cannot be read, which says nothing of the images themselves. "
                + first.Reason);
        }

        var allowed = new LoaderOptions().MaximumBad; // as many as training would refuse by default
        if (check.Bad.Count > allowed * check.Images)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"{check.Bad.Count:N0} of {check.Images:N0} images cannot be used, more than the {allowed:P0} that training leaves out; "
                + "repair or remove them, or raise \"training.maximumBad\".");
        }
    }
}
