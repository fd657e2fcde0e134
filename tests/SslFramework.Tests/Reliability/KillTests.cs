using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// Real processes, really killed: at random times in training, and inside the writing of a checkpoint, at every call it makes
/// to the disk. None loses a run, and each run ends with the bits of one that nobody killed. SSL_SOAK kills six hundred times, sixty
/// of them beside a process that takes every core, and every method as often.
/// </summary>
[TestClass]
public partial class KillTests
{
    private const int Saves = 6; // of a small run
    private const string AtRandom = "at-random";
    private const string InSaves = "in-saves";
    private const string Uninterrupted = "uninterrupted";

    // Of one method; times two, and times all with SSL_SOAK.
    private static readonly int KillsAtRandom = OfAMethod(400, otherwise: 6);
    private static readonly int KillsInSaves = OfAMethod(200, otherwise: 6);
    private static readonly int KillsUnderLoad = OfAMethod(60, otherwise: 0); // the last of those at random

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-kills-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C1")]
    [Case("C2")]
    [Case("C3")]
    [DynamicData(nameof(SmallRuns.Sample), typeof(SmallRuns))]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_KilledAgainAndAgain_EndsWithTheBitsOfAnUninterruptedRun(string method)
    {
        var clock = Stopwatch.StartNew();
        var callsOfASave = CallsOfAnUninterruptedRun(method) / Saves;
        Assert.IsGreaterThan(20, callsOfASave);
        Parallel.Invoke(() => KillAtRandom(method), () => KillInSaves(method, callsOfASave));
        foreach (var kind in new[] { AtRandom, InSaves })
        {
            var (code, _, errors) = SslProgram.Run(SmallProcess.Arguments(method, Folder(kind)));
            Assert.IsTrue(code == 0 || errors.Contains("completed", StringComparison.Ordinal), errors);
            var run = Path.Combine(Folder(kind), method);
            Assert.DoesNotContain("damaged", File.ReadAllText(Path.Combine(run, "journal.md")), "a kill leaves no damaged checkpoint");
            SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(Folder(Uninterrupted), method)), run);
            Assert.IsFalse(Directory.EnumerateFileSystemEntries(Path.Combine(run, "checkpoints")).Any(path => !Path.GetFileName(path).StartsWith("step-", StringComparison.Ordinal)));
        }

        Figures.Add(
            $"Kills at random times in training (the last beside a process that takes every core) + inside the writing of a checkpoint, all survived with equal bits: {method}",
            $"{KillsAtRandom} ({KillsUnderLoad}) + {KillsInSaves} in {clock.Elapsed.TotalSeconds:F0} s");
    }

    private static int OfAMethod(int ofAll, int otherwise) =>
        Figures.IsSoak ? (int)Math.Ceiling(ofAll / (double)SmallRuns.Methods.Count) : otherwise;

    private string Folder(string kind) => Directory.CreateDirectory(Path.Combine(folder, kind)).FullName;

    private long CallsOfAnUninterruptedRun(string method)
    {
        var (code, _, errors) = SslProgram.Run(SmallProcess.Arguments(method, Folder(Uninterrupted), "--inject", "nan@1000000"));
        Assert.AreEqual(0, code, errors);
        var journal = File.ReadAllText(Path.Combine(folder, Uninterrupted, method, "journal.md"));
        return long.Parse(CallsInJournal().Match(journal).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// All over the first three saves, of which the third deletes the first, and half of the time where it counts: about the end of
    /// the first (seal, sync, rename) and of the third (the old one's end).
    /// </summary>
    private static long CallToKill(int number, long callsOfASave) => (number % 4) switch
    {
        1 => callsOfASave - 10 + (number * 5 % 16),
        3 => (3 * callsOfASave) - 10 + (number * 5 % 16),
        _ => 1 + (number * 37 % (3 * callsOfASave)),
    };

    [GeneratedRegex("made ([0-9]+) calls to the disk")]
    private static partial Regex CallsInJournal();

    private void KillAtRandom(string method)
    {
        var random = new Random((method.Length * 31) + method[0]);
        using var load = new Load();
        for (var killed = 0; killed < KillsAtRandom;)
        {
            if (KillsAtRandom - killed <= KillsUnderLoad)
            {
                load.Start();
            }

            // 50 ms a step, so that there is a time to be killed in; it changes no bit.
            using var process = new SmallProcess(method, Folder(AtRandom), "--inject", "slow@1-");
            process.WaitForTraining();
            Thread.Sleep(random.Next(SmallRuns.Steps * 50));
            process.Kill();
            killed += Killed(process, method, AtRandom) ? 1 : 0;
        }
    }

    private void KillInSaves(string method, long callsOfASave)
    {
        var number = method.Length;
        for (var killed = 0; killed < KillsInSaves;)
        {
            using var process = new SmallProcess(method, Folder(InSaves), "--inject", $"kill@save:{CallToKill(number++, callsOfASave)}");
            killed += Killed(process, method, InSaves) ? 1 : 0;
        }
    }

    /// <summary>Whether the process was killed: a run that ends first begins anew.</summary>
    private bool Killed(SmallProcess process, string method, string kind)
    {
        var (code, errors) = process.End();
        if (code == 137)
        {
            return true;
        }

        Assert.IsTrue(code is 0 or (int)ExitCode.RunFolder, $"{method} ended with {code}: {errors}");
        Directory.Delete(Path.Combine(Folder(kind), method), recursive: true);
        return false;
    }

    /// <summary>A process per core that does nothing, as fast as it can.</summary>
    private sealed class Load : IDisposable
    {
        private readonly List<SmallProcess> processes = [];

        public void Start()
        {
            while (processes.Count < Environment.ProcessorCount)
            {
                processes.Add(new SmallProcess("/bin/sh", ["-c", "while :; do :; done"]));
            }
        }

        public void Dispose() => processes.ForEach(process => process.Dispose());
    }
}
