using System.Diagnostics;
using SslFramework.Host.Machine;
using SslFramework.Host.Runs;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// Every signal that asks to stop, pauses or kills, to a training, to one under its supervisor, to a sweep and to an mpirun, and to any
/// of their processes, at random moments from the program's start to its end. Nobody stays behind, an exit code of 0 means that all is
/// done, and the same command ends with the bits of a run that nobody disturbed. It takes minutes: SSL_SOAK asks for it.
/// </summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class SignalSoakTests
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int User1 = 10;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private const int Times = 6; // each signal, to each kind of program
    private const int Epochs = 15; // about a second
    private const string Disturbed = "disturbed";
    private const string Whole = "whole";

    private static readonly (int Signal, string Name)[] Signals =
        [(HangUp, "HUP"), (Interrupt, "INT"), (User1, "USR1"), (Terminate, "TERM"), (Stop, "STOP and CONT"), (Kill, "KILL")];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-signal-soak-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C1")]
    [Case("C15")]
    [Case("C17")]
    [Case("C18")]
    [DataRow("train")]
    [DataRow("supervise")]
    [DataRow("sweep")]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Program_SignalledAgainAndAgain_EndsWithTheBitsOfAnUndisturbedOne(string kind)
    {
        if (!Figures.IsSoak)
        {
            Assert.Inconclusive("It takes minutes; SSL_SOAK asks for it.");
        }

        var clock = Stopwatch.StartNew();
        RunToTheEnd(kind, Whole);
        var length = clock.Elapsed;
        var random = new Random(kind.Length);
        foreach (var (signal, name) in Enumerable.Repeat(Signals, Times).SelectMany(all => all))
        {
            while (!FindsItAtWork(kind, signal, name, length * random.NextDouble(), random))
            {
                BeginAnew(kind);
            }

            if (IsDone(kind, Disturbed))
            {
                BeginAnew(kind);
            }
        }

        RunToTheEnd(kind, Disturbed);
        AssertSame(kind);
        Figures.Add(
            $"Signals at random times ({string.Join(", ", Signals.Select(signal => signal.Name))}), as many of each, all survived with equal bits: {kind}",
            $"{Signals.Length * Times} in {clock.Elapsed.TotalSeconds:F0} s");
    }

    /// <summary>Sends a signal to one of the program's processes, and looks at how they end.</summary>
    /// <returns>Whether there was work left when it came.</returns>
    private bool FindsItAtWork(string kind, int signal, string name, TimeSpan moment, Random random)
    {
        using var process = Start(kind, Disturbed);
        Thread.Sleep(moment);
        int[] all = [.. Mpirun.Ranks(process).Append(process.Id).Distinct()];
        var target = all[random.Next(all.Length)];
        var isAtWork = !IsDone(kind, Disturbed);
        SmallProcess.Signal(target, signal);
        if (signal == Stop)
        {
            Thread.Sleep(random.Next(500));
            SmallProcess.Signal(target, Continue);
        }

        var (code, errors) = process.End();
        var what = $"{kind}: {name} to {(target == process.Id ? "the first" : "another")} of {all.Length} processes after {moment.TotalSeconds:F2} s, which ended with {code}";
        Console.WriteLine(what);
        Assert.IsTrue(SpinWait.SpinUntil(() => !Array.Exists(all, id => Directory.Exists($"/proc/{id}")), TimeSpan.FromSeconds(30)), $"{what}; somebody stays behind: {errors}");
        // MPICH's launcher may end with 0 if it is told to end before its processes listen, as it does with 'sleep 5'.
        var maySayAnything = kind == "mpich" && target == process.Id && signal is HangUp or Interrupt or Terminate;
        Assert.IsTrue(code == 0 ? IsDone(kind, Disturbed) || maySayAnything : IsEndOf(kind, signal, code), $"{what}: {errors}");
        return isAtWork;
    }

    /// <summary>Whether a program may end with a code because of a signal: that of its kind, or of a program that does not listen yet; launchers have their own.</summary>
    private static bool IsEndOf(string kind, int signal, int code) =>
        signal != Stop && (kind is "openmpi" or "mpich" || code == 128 + signal || (signal == User1 && code == (int)ExitCode.Stopped));

    private void BeginAnew(string kind)
    {
        AssertSame(kind);
        Directory.Delete(Path.Combine(folder, Disturbed), recursive: true);
    }

    private void RunToTheEnd(string kind, string name)
    {
        if (!IsDone(kind, name))
        {
            using var process = Start(kind, name);
            var (code, errors) = process.End();
            Assert.AreEqual(0, code, errors);
        }
    }

    private SmallProcess Start(string kind, string name)
    {
        var runs = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        string[] epochs = ["--set", $"training.epochs={Epochs}"];
        return kind switch
        {
            "train" => new SmallProcess("quickstart", runs, epochs),
            "supervise" => new SmallProcess("quickstart", runs, [.. epochs, "--supervise", "--max-restarts", "100"]),
            "sweep" => new SmallProcess(SmallProcess.Ssl, (IEnumerable<string>)["sweep", Sweep(runs), "--runs", runs, .. epochs]),
            _ => Mpirun.Start(kind, 2, [], SmallProcess.Arguments("simclr-fashion-mnist", runs, epochs)),
        };
    }

    private static string Sweep(string runs)
    {
        var file = Path.Combine(runs, "trial.json");
        File.WriteAllText(file, $$"""{ "name": "trial", "experiment": "{{SmallRuns.Write("quickstart", runs)}}", "grid": { "seed": [1, 2] } }""");
        return file;
    }

    private IEnumerable<string> Runs(string kind, string name) => (kind switch
    {
        "train" or "supervise" => new[] { "quickstart" },
        "sweep" => ["trial/seed-1", "trial/seed-2"],
        _ => ["simclr-fashion-mnist"],
    }).Select(run => Path.Combine(folder, name, run));

    private bool IsDone(string kind, string name) => Runs(kind, name).All(run => RunFolder.ReadStatus(run) is { Status: RunStatus.Completed });

    private void AssertSame(string kind)
    {
        foreach (var (whole, disturbed) in Runs(kind, Whole).Zip(Runs(kind, Disturbed)))
        {
            SmallRuns.AssertSame(SmallRuns.Outcome(whole), disturbed);
        }
    }
}
