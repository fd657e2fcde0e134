using System.CommandLine;
using System.Text.Json;
using SslFramework.Host.Configuration;
using SslFramework.Host.Diagnosis;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl doctor</c>: is everything there that training needs? Exit code 1 where something does not work.</summary>
internal static class DoctorCommand
{
    public static Command Define()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs" };
        var runs = new Option<string>("--runs") { Description = "Folder of all runs, whose disk is looked at", DefaultValueFactory = _ => "runs" };
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "doctor",
            "Look at the runtime, the native libraries, processor, memory, disk and plugins, and train two steps.",
            "ssl doctor",
            "ssl doctor --plugins my-plugins --json") { json, runs, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var examination = new Examination(parsed.GetValue(plugins)!, parsed.GetValue(runs)!, parsed.GetValue(locked));
                var findings = parsed.GetValue(json) ? examination.Run().ToList() : FindingList.Print(examination.Run());
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(findings, RunJson.Indented));
                }

                return findings.Any(finding => finding.Health == Health.Bad) ? ExitCode.Internal : ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }
}
