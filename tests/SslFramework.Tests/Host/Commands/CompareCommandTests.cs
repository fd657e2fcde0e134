namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class CompareCommandTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-compare").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Compare_Runs_AreRowsWithTheBestLayer()
    {
        WriteRun("a", 61.4, """{ "evaluator": "linear-probe", "subject": "trained", "layer": "layer2", "metric": "top-1", "value": 80.04 }, { "evaluator": "linear-probe", "subject": "trained", "layer": "layer3", "metric": "top-1", "value": 79 }, { "evaluator": "linear-probe", "subject": "random-init", "layer": "layer1", "metric": "top-1", "value": 70 }""");
        WriteRun("b", 9, """{ "evaluator": "knn", "subject": "trained", "layer": "features", "metric": "top-1 (k=20)", "value": 75.21 }""");
        var (code, output, errors) = SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "b") + "/");

        Assert.AreEqual(0, code, errors);
        var lines = output.Trim().Split(Environment.NewLine);
        Assert.AreEqual("| run | training | linear-probe top-1 | random | pixels | knn top-1 (k=20) | random | pixels |", lines[0]);
        Assert.AreEqual("| a | 61 s | 80.0 (layer2) | 70.0 |  |  |  |  |", lines[2]);
        Assert.AreEqual("| b | 9 s |  |  |  | 75.2 |  |  |", lines[3]);
    }

    [TestMethod]
    public void Compare_AFolderWithoutARun_IsOneSentence()
    {
        var (code, _, errors) = SslProgram.Run("compare", runs);
        Assert.AreEqual((int)ExitCode.Data, code);
        StringAssert.Contains(errors, "train it to the end first");
    }

    private void WriteRun(string name, double seconds, string results)
    {
        var folder = Directory.CreateDirectory(Path.Combine(runs, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.json"), $$"""{ "status": "completed", "trainingSeconds": {{seconds}} }""");
        File.WriteAllText(Path.Combine(folder, "evaluation.json"), $$"""{ "results": [ {{results}} ] }""");
    }
}
