using System.Diagnostics;

namespace SslFramework.Tests.Host.Terminal;

/// <summary>A terminal of 80 columns, in which <c>script</c> runs a program.</summary>
internal static class PseudoTerminal
{
    private const string Script = "/usr/bin/script";

    /// <summary>All that the program wrote.</summary>
    /// <param name="variables">Of its environment, <c>NAME=VALUE</c>; of what asks for plain text, these alone are set.</param>
    /// <param name="command">For the shell.</param>
    public static string Run(string variables, string command)
    {
        if (!File.Exists(Script))
        {
            Assert.Inconclusive($"{Script} is not installed (Debian: bsdutils); nothing is known of terminals.");
        }

        string[] arguments = ["-u", "NO_COLOR", "-u", "CI", "TERM=xterm", variables, Script, "--quiet", "--return", "--command", $"stty cols 80 rows 30; {command}", "/dev/null"];
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        return output.Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
