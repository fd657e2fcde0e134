using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SslFramework.Tests;

/// <summary>A small run in a process of its own.</summary>
internal sealed partial class SmallProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private readonly Process process;

    /// <summary>Starts <c>ssl train</c> on a method's small experiment.</summary>
    /// <param name="method">Of <see cref="SmallRuns.Methods"/>.</param>
    /// <param name="folder">Where the experiment is written and the run is.</param>
    /// <param name="more">More arguments.</param>
    public SmallProcess(string method, string folder, params string[] more)
        : this(Path.Combine(Repository.HostFolder, "ssl"), Arguments(method, folder, more))
    {
    }

    /// <summary>Starts a program, which Ctrl-C ends or asks to end even where these tests run in the background.</summary>
    public SmallProcess(string program, params IEnumerable<string> arguments)
    {
        string[] all = [.. IsInterruptIgnored ? ["/usr/bin/env", "--default-signal=INT"] : Array.Empty<string>(), program, .. arguments];
        process = Process.Start(
            new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
    }

    public static string Ssl => Path.Combine(Repository.HostFolder, "ssl");

    public static string[] Arguments(string method, string folder, params string[] more) =>
        ["train", SmallRuns.Write(method, folder), "--runs", folder, "--set", $"name={method}", "--no-report", .. more];

    public int Id => process.Id;

    /// <summary>Reads messages until one with a text comes.</summary>
    public void WaitForMessage(string text)
    {
        while (process.StandardError.ReadLine() is { } line && !line.Contains(text, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Waits for the first step.</summary>
    public void WaitForTraining() => WaitForMessage(" steps of ");

    public void Signal(int signal) => Signal(process.Id, signal);

    public static void Signal(int process, int signal) => _ = Kill(process, signal);

    public void Kill() => process.Kill();

    /// <summary>Nobody reads stdout and stderr any more.</summary>
    public void ClosePipes()
    {
        process.StandardOutput.Close();
        process.StandardError.Close();
    }

    /// <summary>Waits for the end of the process, and of all that write to its stderr.</summary>
    /// <returns>The exit code, and the messages not yet read.</returns>
    public (int Code, string Errors) End(bool read = true)
    {
        var errors = read ? process.StandardError.ReadToEndAsync() : Task.FromResult("");
        if (!process.WaitForExit(Longest) || !errors.Wait(Longest))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("The process hangs, or one that it started.");
        }

        return (process.ExitCode, errors.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>Whether who started the tests ignores SIGINT, as a shell does for background jobs: processes pass that on.</summary>
    private static bool IsInterruptIgnored => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored[7..].Trim(), 16) & 2) != 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
