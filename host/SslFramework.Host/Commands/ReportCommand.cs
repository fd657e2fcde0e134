using System.CommandLine;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl report RUN</c>: writes report.html and report.md of a run, while it runs, after its end and after a crash.</summary>
internal static class ReportCommand
{
    public static Command Define()
    {
        var run = new Argument<string>("run") { Description = "The folder of a run, such as runs/quickstart" };
        var output = SharedOptions.Output("Where the report goes; where absent report.html in the run's folder, drawn anew each time", "file");
        var force = SharedOptions.Force();
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "report",
            "Write one page on a run: curves, results, pictures, configuration. Works while it runs and after a crash.",
            "ssl report runs/quickstart",
            "ssl report runs/quickstart --output quickstart.html")
        {
            run, output, force, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var folder = parsed.GetValue(run)!;
                RunRecord.Read(folder); // a wrong folder is told before plugins are loaded
                if (parsed.GetValue(output) is { } named)
                {
                    OutputFolder.EnsureNew(parsed.GetValue(force), "the report", named, Path.ChangeExtension(named, ".md"));
                }

                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                string written;
                using (LivePanel.Note("drawing the report"))
                {
                    var pictures = SavedRun.Pictures(folder, () => installation);
                    written = RunReport.Write(folder, pictures, parsed.GetValue(output));
                }

                Console.WriteLine(Printable.Line(written));
                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }
}
