using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Machine;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl report RUN</c>: writes report.html and report.md of a run, while it runs, after its end and after a crash.</summary>
internal sealed class ReportCommand : GuardedCommand
{
    private readonly Argument<string> run = new("run") { Description = "The folder of a run, such as runs/quickstart" };
    private readonly Option<string?> output =
        SharedOptions.Output("Where the report goes; where absent report.html in the run's folder, drawn anew each time", "file");

    private readonly Option<bool> force = SharedOptions.Force();
    private readonly PluginArguments plugins = new();

    public ReportCommand()
        : base(
            "report",
            "Write one page on a run: curves, results, pictures, configuration. Works while it runs and after a crash.",
            "ssl report runs/quickstart",
            "ssl report runs/quickstart --output quickstart.html") => Takes([run, output, force, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var (folder, named) = (parsed.GetValue(run)!, parsed.GetValue(output));
        RunRecord.Read(folder); // a wrong folder is refused before plugins are loaded
        if (named is not null)
        {
            OutputFolder.EnsureNew(parsed.GetValue(force), "the report", named, Path.ChangeExtension(named, ".md"));
        }

        var installation = plugins.Load(parsed);
        string written;
        using (LivePanel.Note("drawing the report"))
        {
            written = RunReport.Write(folder, SavedRun.Pictures(folder, () => installation), named);
        }

        Console.WriteLine(Printable.Line(written));
        return ExitCode.Success;
    }
}
