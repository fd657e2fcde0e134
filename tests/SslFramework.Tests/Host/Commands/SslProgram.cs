using SslFramework.Host.Commands;

namespace SslFramework.Tests.Host.Commands;

/// <summary>Runs <c>ssl</c> in this process and catches what it prints.</summary>
internal static class SslProgram
{
    private static readonly Lock OneAtATime = new();

    public static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
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
                var code = SslCommand.Run([.. arguments, .. IsTraining(arguments) ? ["--no-report"] : Array.Empty<string>(), .. HasPlugins(arguments) ? ["--plugins", Repository.Plugins] : Array.Empty<string>()]);
                return (code, output.ToString(), errors.ToString());
            }
            finally
            {
                Console.SetOut(stdout);
                Console.SetError(stderr);
            }
        }
    }

    // Tests of training do not wait for pictures; those of the report call 'ssl report'.
    private static bool IsTraining(string[] arguments) => arguments is ["train", ..] && !arguments.Contains("--help");

    private static bool HasPlugins(string[] arguments) => arguments is ["train" or "plan" or "sweep" or "evaluate" or "validate" or "verify-resume" or "components" or "preview" or "export" or "embed" or "report" or "schema", ..] && !arguments.Contains("--help");
}
