using SslFramework.Host.Commands;

namespace SslFramework.Tests;

/// <summary>Runs <c>ssl</c> in this process and catches what it prints.</summary>
internal static class SslProgram
{
    private static readonly Lock OneAtATime = new();

    /// <summary>With the repository's plugins. Training writes no report: tests do not wait for pictures.</summary>
    public static (int ExitCode, string Output, string Errors) Run(params string[] arguments) =>
        RunWithReport([.. arguments, .. Takes(arguments, "--no-report") ? ["--no-report"] : Array.Empty<string>()]);

    public static (int ExitCode, string Output, string Errors) RunWithReport(params string[] arguments)
    {
        lock (OneAtATime)
        {
            var (stdout, stderr) = (Console.Out, Console.Error);
            using var output = new StringWriter();
            using var errors = new StringWriter();
            try
            {
                Console.SetOut(output);
                Console.SetError(errors);
                var code = SslCommand.Run([.. arguments, .. Takes(arguments, "--plugins") ? ["--plugins", Repository.Plugins] : Array.Empty<string>()]);
                return (code, output.ToString(), errors.ToString());
            }
            finally
            {
                Console.SetOut(stdout);
                Console.SetError(stderr);
            }
        }
    }

    private static bool Takes(string[] arguments, string option) =>
        !arguments.Contains("--help") && SslCommand.Define().Parse(arguments).CommandResult.Command.Options.Any(o => o.Name == option);
}
