using System.Diagnostics;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// Two processes under both MPI libraries, stopped and killed from outside: all end, and what is started again ends with the bits of
/// a run of two processes that nobody touched. SSL_SOAK kills more often.
/// </summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class MpirunKillTests
{
    private const string Method = "simclr-fashion-mnist";
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Steps = 40; // for a few starts with some steps each

    private static readonly int Kills = Figures.IsSoak ? 20 : 2;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-mpirun-kills-").FullName;

    private string Run => Path.Combine(folder, "disturbed", Method);

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C1")]
    [Case("C15")]
    [DataRow("openmpi", 1, 137)] // its mpirun says 1 of whatever it was told to end
    [DataRow("mpich", (int)ExitCode.Stopped, Kill)]
    public void Train_SignalledAndKilledAgainAndAgain_EndsWithTheBitsOfAnUninterruptedRun(string launcher, int terminated, int killed)
    {
        AssertEnds(launcher, "whole");
        SignalEach(launcher, terminated);
        KillAtRandom(launcher, killed);
        AssertEnds(launcher, "disturbed");
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "whole", Method)), Run);
    }

    /// <summary>One of the processes, then their launcher.</summary>
    private void SignalEach(string launcher, int terminated)
    {
        foreach (var (toLauncher, expected) in new[] { (false, (int)ExitCode.Stopped), (true, terminated) })
        {
            using var process = Start(launcher, "disturbed", "--inject", "slow@1-", "--verbose");
            process.WaitForMessage("loss"); // after a step all of them listen
            var ranks = Ranks(process);
            SmallProcess.Signal(toLauncher ? process.Id : ranks[1], Terminate);
            var (code, errors) = process.End();
            Assert.AreEqual(expected, code, $"{toLauncher}: {errors}");
            Assert.Contains($"of {Steps}; the same command goes on from there", errors);
            Mpirun.AssertGone(ranks);
        }
    }

    private void KillAtRandom(string launcher, int killed)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(7);
        var slowest = TimeSpan.Zero;
        for (var kills = 0; kills < Kills;)
        {
            using var process = Start(launcher, "disturbed", "--inject", "slow@1-");
            process.WaitForTraining();
            var ranks = Ranks(process);
            Thread.Sleep(random.Next(SmallRuns.Steps * 50));
            var since = Stopwatch.StartNew();
            SmallProcess.Signal(ranks[random.Next(ranks.Length)], Kill);
            var (code, errors) = process.End();
            slowest = since.Elapsed > slowest ? since.Elapsed : slowest;
            Mpirun.AssertGone(ranks);
            if (code == killed)
            {
                kills++;
                continue;
            }

            // The kill came too late: another run, so that there is something to kill.
            Assert.IsTrue(code is 0 or (int)ExitCode.RunFolder, $"It ended with {code}: {errors}");
            Directory.Delete(Run, recursive: true);
        }

        Console.WriteLine($"From a kill to the end of all: {slowest.TotalSeconds:F1} s at most.");
        Figures.Add($"Kills of a random one of two processes, all survived with equal bits: {launcher}", $"{Kills} in {clock.Elapsed.TotalSeconds:F0} s");
    }

    private void AssertEnds(string launcher, string name)
    {
        using var process = Start(launcher, name);
        var (code, errors) = process.End();
        Assert.IsTrue(code == 0 || errors.Contains("completed", StringComparison.Ordinal), errors);
    }

    private SmallProcess Start(string launcher, string name, params string[] more) => Mpirun.Start(
        launcher, 2, [],
        SmallProcess.Arguments(Method, Directory.CreateDirectory(Path.Combine(folder, name)).FullName, ["--set", $"training.epochs={Steps / 4}", "--set", "training.logEvery=1", .. more]));

    private static int[] Ranks(SmallProcess launcher)
    {
        var ranks = Mpirun.Ranks(launcher);
        Assert.HasCount(2, ranks);
        return ranks;
    }
}
