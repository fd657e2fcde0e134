using System.Diagnostics;
using SslFramework.Tests.Host.Runs;

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
    private const int User1 = 10;
    private const int Terminate = 15;
    private const int LongEnough = 40; // steps, for a few starts with some steps each

    private static readonly int Kills = Figures.IsSoak ? 20 : 2;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-mpirun-kills-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C1")]
    [DataRow("openmpi", 137)]
    [DataRow("mpich", Kill)]
    public void Train_ARandomOneIsKilledAgainAndAgain_EndsWithTheBitsOfAnUninterruptedRun(string launcher, int killed)
    {
        var whole = Uninterrupted(launcher);
        var clock = Stopwatch.StartNew();
        var random = new Random(7);
        var slowest = TimeSpan.Zero;
        for (var kills = 0; kills < Kills;)
        {
            using var process = Start(launcher, Folder("killed"), "--inject", "slow@1-");
            process.WaitForTraining();
            var ranks = Mpirun.Ranks(process);
            Assert.HasCount(2, ranks);
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
            Directory.Delete(Path.Combine(folder, "killed", Method), recursive: true);
        }

        AssertEndsAs(whole, launcher, "killed");
        Console.WriteLine($"From a kill to the end of all: {slowest.TotalSeconds:F1} s at most.");
        Figures.Add($"Kills of a random one of two processes, all survived with equal bits: {launcher}", $"{Kills} in {clock.Elapsed.TotalSeconds:F0} s");
    }

    [TestMethod]
    [Case("C15")]
    [DataRow("openmpi", 1)] // its mpirun says 1 of whatever it was told to end, and gives processes a second
    [DataRow("mpich", (int)ExitCode.Stopped)]
    public void Train_SignalledAgainAndAgain_EndsWithTheBitsOfAnUninterruptedRun(string launcher, int terminated)
    {
        string[] settings = ["--set", $"training.epochs={LongEnough / 4}", "--set", "training.logEvery=1"];
        var whole = Uninterrupted(launcher, settings);
        foreach (var (signal, toLauncher, expected) in new[]
        {
            (User1, true, (int)ExitCode.Stopped), (Terminate, false, (int)ExitCode.Stopped), (Terminate, true, terminated),
        })
        {
            using var process = Start(launcher, Folder("signalled"), ["--inject", "slow@1-", "--verbose", .. settings]);
            process.WaitForMessage("loss"); // after a step all of them listen
            var ranks = Mpirun.Ranks(process);
            Assert.HasCount(2, ranks);
            SmallProcess.Signal(toLauncher ? process.Id : ranks[1], signal);
            var (code, errors) = process.End();
            Assert.AreEqual(expected, code, $"{signal}, {toLauncher}: {errors}");
            Assert.Contains($"of {LongEnough}; the same command goes on from there", errors);
            Mpirun.AssertGone(ranks);
        }

        AssertEndsAs(whole, launcher, "signalled", settings);
    }

    private IReadOnlyDictionary<string, string> Uninterrupted(string launcher, params string[] settings)
    {
        AssertEnds(launcher, "whole", settings);
        return SmallRuns.Outcome(Path.Combine(folder, "whole", Method));
    }

    private void AssertEndsAs(IReadOnlyDictionary<string, string> whole, string launcher, string name, params string[] settings)
    {
        AssertEnds(launcher, name, settings);
        SmallRuns.AssertSame(whole, Path.Combine(folder, name, Method));
    }

    private void AssertEnds(string launcher, string name, string[] settings)
    {
        using var process = Start(launcher, Folder(name), settings);
        var (code, errors) = process.End();
        Assert.IsTrue(code == 0 || errors.Contains("completed", StringComparison.Ordinal), errors);
    }

    private static SmallProcess Start(string launcher, string folder, params string[] more) =>
        Mpirun.Start(launcher, 2, [], SmallProcess.Arguments(Method, folder, more));

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
