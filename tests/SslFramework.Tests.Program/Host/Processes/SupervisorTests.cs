using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Processes;

[TestClass]
internal sealed class SupervisorTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int User1 = 10; // Linux

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-supervised-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("P7")]
    [Case("C22")]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("kill@5", "was killed (137")]
    [DataRow("exit@5", "ended itself in the middle of the run (a plugin")]
    [DataRow("hang@5", "hung (74")]
    public void Train_Supervised_StartsAgainAndCompletes(string fault, string sentence)
    {
        using var process = new SmallProcess("quickstart", folder, "--inject", fault, "--set", $"training.stepTimeout={(fault == "hang@5" ? 5 : 60)}", "--supervise", "--max-restarts", "1");
        var (code, errors) = process.End();

        Assert.AreEqual(0, code, errors);
        var journal = File.ReadAllText(Path.Combine(folder, "quickstart", "journal.md"));
        Assert.Contains(sentence, journal);
        Assert.Contains("start again, 1 of 1", journal);
        Assert.Contains("Ended at step 16 of 16: completed", journal);
        Assert.AreEqual("completed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "quickstart", "run.json")))!["status"]);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Train_SupervisedWithWhatIsDoneOnce_DoesItOnce()
    {
        var (first, _, problem) = SslProgram.Run(SmallProcess.Arguments("quickstart", folder, "--steps", "3"));
        Assert.AreEqual(0, first, problem);
        using var process = new SmallProcess("quickstart", folder, "--supervise:true", "--overwrite:true", "--inject", "kill@5");
        var (code, errors) = process.End();

        Assert.AreEqual(0, code, errors);
        var journal = File.ReadAllText(Path.Combine(folder, "quickstart", "journal.md"));
        Assert.AreEqual(1, journal.Split("Started at step 0 ").Length - 1, journal);
        Assert.Contains("Ended at step 16 of 16: completed", journal);
        Assert.AreEqual(1, journal.Split("was killed (137").Length - 1, "one supervisor");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(Interrupt, ExitCode.Interrupted, false)]
    [DataRow(Terminate, ExitCode.Terminated, true)] // as a scheduler that ends a whole job
    [DataRow(User1, ExitCode.Stopped, false)]
    public void Train_SupervisorSignalled_FinishesTheStepSavesAndLeavesNobodyBehind(int signal, ExitCode expected, bool both)
    {
        using var process = new SmallProcess("quickstart", folder, "--supervise", "--verbose", "--set", "training.epochs=100000", "--set", "training.logEvery=1");
        process.WaitForMessage("  step 1/");
        var child = Child();
        process.Signal(signal);
        if (both)
        {
            SmallProcess.Signal(child, signal);
        }

        var (code, errors) = process.End();
        Assert.AreEqual((int)expected, code, errors);
        AssertSaved();
        Assert.ThrowsExactly<ArgumentException>(() => Process.GetProcessById(child));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_SupervisorKilled_SavesAndEndsToo()
    {
        using var process = new SmallProcess("quickstart", folder, "--supervise", "--verbose", "--set", "training.epochs=100000", "--set", "training.logEvery=1");
        process.WaitForMessage("  step 1/");
        using var child = Process.GetProcessById(Child());
        process.Kill();
        process.End(); // its stderr is the training's
        Assert.IsTrue(child.WaitForExit(TimeSpan.FromSeconds(60)));
        AssertSaved();
    }

    private JsonNode Status() => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "quickstart", "run.json")))!;

    private int Child() => int.Parse(((string)Status()["holder"]!).Split(' ')[1], CultureInfo.InvariantCulture);

    private void AssertSaved()
    {
        Assert.AreEqual("interrupted", (string?)Status()["status"]);
        Assert.AreEqual(File.ReadAllLines(Path.Combine(folder, "quickstart", "metrics.jsonl")).Length, (long)Status()["step"]!, "it was saved");
    }
}
