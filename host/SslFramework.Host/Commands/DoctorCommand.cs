using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Diagnosis;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl doctor</c>: is everything there that training needs? Exit code 1 if something does not work.</summary>
internal sealed class DoctorCommand : GuardedCommand
{
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs");
    private readonly Option<string> runs = SharedOptions.Runs("Folder of all runs, whose disk is looked at");
    private readonly PluginArguments plugins = new();

    public DoctorCommand()
        : base(
            "doctor",
            "Look at the runtime, the native libraries, processor, memory, disk and plugins, and train two steps.",
            "ssl doctor",
            "ssl doctor --plugins my-plugins --json") => Takes([json, runs, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var examination = new Examination(plugins.Folders(parsed), parsed.GetValue(runs)!, plugins.LockFileOf(parsed));
        IReadOnlyList<Finding> findings;
        if (parsed.GetValue(json))
        {
            findings = [.. examination.Run()];
            Console.WriteLine(Json.Text(findings));
        }
        else
        {
            findings = FindingList.Print(examination.Run());
        }

        return findings.Any(finding => finding.Health == Health.Bad) ? ExitCode.Internal : ExitCode.Success;
    }
}
