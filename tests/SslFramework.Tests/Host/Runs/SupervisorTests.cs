using System.Text.Json.Nodes;
using SslFramework.Host.Runs;
using SslFramework.Tests.Reliability;

namespace SslFramework.Tests.Host.Runs;

[TestClass]
public class SupervisorTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-supervised-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void ChildArguments_OwnOptions_AreLeftOut()
    {
        string[] given = ["train", "a.json", "--supervise", "--max-restarts", "3", "--inject", "kill@3", "--set", "x=1"];
        CollectionAssert.AreEqual(new[] { "train", "a.json", "--inject", "kill@3", "--set", "x=1" }, Supervisor.ChildArguments(given, isFirst: true).ToArray());
        CollectionAssert.AreEqual(new[] { "train", "a.json", "--set", "x=1" }, Supervisor.ChildArguments(given, isFirst: false).ToArray());
        CollectionAssert.AreEqual(
            new[] { "train", "b" }, Supervisor.ChildArguments(["train", "--max-restarts=2", "--inject=kill@3", "b"], isFirst: false).ToArray());
    }

    [TestMethod]
    [Case("P7")]
    [Case("C22")]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("kill@5", "was killed (137")]
    [DataRow("exit@5", "ended itself in the middle of the run (a plugin")]
    [DataRow("hang@5", "hung (74")]
    public void Train_Supervised_StartsAgainAndCompletes(string fault, string sentence)
    {
        using var process = new SmallProcess("quickstart", folder, "--inject", fault, "--set", "training.stepTimeout=2", "--supervise", "--max-restarts", "1");
        var (code, errors) = process.End();

        Assert.AreEqual(0, code, errors);
        var journal = File.ReadAllText(Path.Combine(folder, "quickstart", "journal.md"));
        Assert.Contains(sentence, journal);
        Assert.Contains("start again, 1 of 1", journal);
        Assert.Contains("Ended at step 16 of 16: completed", journal);
        Assert.AreEqual("completed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "quickstart", "run.json")))!["status"]);
    }
}
