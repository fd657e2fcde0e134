using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// Real processes, really killed: at random times in training, and inside the writing of a checkpoint, at every call it makes
/// to the disk. None loses a run, and each run ends with the bits of one that nobody killed. SSL_SOAK kills 200 of each.
/// </summary>
[TestClass]
public partial class KillTests
{
    private const int Saves = 6; // of a small run
    private static readonly int KillsOfEach = Figures.IsSoak ? 200 : 42;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-kills-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C1")]
    [Case("C2")]
    [Case("C3")]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_KilledAgainAndAgain_EndsWithTheBitsOfAnUninterruptedRun()
    {
        var clock = Stopwatch.StartNew();
        var (atRandom, inSave) = (0, 0);
        var perMethod = (KillsOfEach + SmallRuns.Methods.Count - 1) / SmallRuns.Methods.Count;
        Parallel.ForEach(SmallRuns.Methods, new ParallelOptions { MaxDegreeOfParallelism = 2 }, method =>
        {
            var random = new Random((method.Length * 31) + method[0]);
            var callsOfASave = CallsOfAnUninterruptedRun(method) / Saves;
            Assert.IsGreaterThan(20, callsOfASave);
            var (killed, saves, tries) = (0, 0, method.Length);
            while (killed < perMethod || saves < perMethod)
            {
                // In turn, so that either meets runs that the other has left.
                if (saves <= killed)
                {
                    saves += KillInSave(method, CallToKill(tries++, callsOfASave)) ? 1 : 0;
                }
                else
                {
                    killed += KillAtRandom(method, random) ? 1 : 0;
                }
            }

            Interlocked.Add(ref atRandom, killed);
            Interlocked.Add(ref inSave, saves);
        });

        foreach (var method in SmallRuns.Methods)
        {
            var (code, _, errors) = SslProgram.Run(SmallProcess.Arguments(method, folder));
            Assert.IsTrue(code == 0 || errors.Contains("completed", StringComparison.Ordinal), errors);
            Assert.DoesNotContain("damaged", Journal(method), "a kill leaves no damaged checkpoint");
            SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "uninterrupted-" + method)), Path.Combine(folder, method));
            Assert.IsFalse(Directory.EnumerateFileSystemEntries(Path.Combine(folder, method, "checkpoints")).Any(path => !Path.GetFileName(path).StartsWith("step-", StringComparison.Ordinal)));
        }

        Figures.Add("Kills at random times in training, over the seven methods", atRandom);
        Figures.Add("Kills inside the writing of a checkpoint, over the seven methods", inSave);
        Figures.Add("Runs lost, checkpoints damaged, final states that differ after these kills", 0);
        Figures.Add("Time of these kills", $"{clock.Elapsed.TotalSeconds:F0} s");
    }

    private long CallsOfAnUninterruptedRun(string method)
    {
        var name = "uninterrupted-" + method;
        var (code, _, errors) = SslProgram.Run([.. SmallProcess.Arguments(method, folder), "--set", $"name={name}", "--inject", "nan@1000000"]);
        Assert.AreEqual(0, code, errors);
        return long.Parse(CallsInJournal().Match(Journal(name)).Groups[1].Value, CultureInfo.InvariantCulture);
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

    private string Journal(string run) => File.ReadAllText(Path.Combine(folder, run, "journal.md"));

    [GeneratedRegex("made ([0-9]+) calls to the disk")]
    private static partial Regex CallsInJournal();

    /// <summary>Whether the process was killed: a run that ends first begins anew.</summary>
    private bool KillAtRandom(string method, Random random)
    {
        // 50 ms a step, so that there is a time to be killed in; it changes no bit.
        using var process = new SmallProcess(method, folder, "--inject", "slow@1-");
        process.WaitForTraining();
        Thread.Sleep(random.Next(SmallRuns.Steps * 50));
        process.Kill();
        return Killed(process, method);
    }

    private bool KillInSave(string method, long call)
    {
        using var process = new SmallProcess(method, folder, "--inject", $"kill@save:{call}");
        return Killed(process, method);
    }

    private bool Killed(SmallProcess process, string method)
    {
        var (code, errors) = process.End();
        if (code == 137)
        {
            return true;
        }

        Assert.IsTrue(code is 0 or (int)ExitCode.RunFolder, $"{method} ended with {code}: {errors}");
        Directory.Delete(Path.Combine(folder, method), recursive: true);
        return false;
    }
}
