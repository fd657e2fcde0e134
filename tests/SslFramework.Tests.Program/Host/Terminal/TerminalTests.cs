using System.Text.RegularExpressions;

namespace SslFramework.Tests.Host.Terminal;

/// <summary>The program that was built, in a terminal.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public partial class TerminalTests
{
    private const char Escape = '\u001b';

    private static readonly string Folder = Directory.CreateTempSubdirectory("ssl-terminal").FullName;

    [ClassCleanup]
    public static void Delete() => Directory.Delete(Folder, recursive: true);

    [TestMethod]
    [DataRow("TERM=dumb")]
    [DataRow("CI=true")]
    public void Train_WherePlainTextIsAskedFor_WritesNoEscapeSequence(string wish)
    {
        var output = Train(wish);
        Assert.IsFalse(output.Contains(Escape), output.Replace(Escape, '^'));
        StringAssert.Contains(output, "epoch 1/1  step 4/4  loss");
        StringAssert.Contains(output, "│ knn top-1 (k=20) │ features │");
        StringAssert.Contains(output, "│ training (s) │");
    }

    [TestMethod]
    public void Train_InATerminal_ShowsAPanelThatTellsOfTheEvaluationToo()
    {
        var output = Train("LINES=30");
        StringAssert.Contains(output, $"{Escape}[");
        StringAssert.Contains(output, "[########################] 100 %");
        StringAssert.Contains(output, "\n  evaluating  trained, knn");
        StringAssert.Contains(output, "  evaluating  looking at images");
    }

    [TestMethod]
    public void Train_WhereNoColourIsAskedFor_ShowsThePanelWithoutColours()
    {
        var output = Train("NO_COLOR=1");
        StringAssert.Contains(output, "[########################] 100 %");
        StringAssert.Contains(output, $"{Escape}[J");
        Assert.IsFalse(Colour().IsMatch(output), output.Replace(Escape, '^'));
    }

    [TestMethod]
    public void Validate_ManyMistakes_AreToldInLinesOfWholeWords()
    {
        var output = PseudoTerminal.Run("TERM=dumb", $"{SmallProcess.Ssl} validate {Repository.Experiment("quickstart.json")} --set objective.name=rotatoin || true");
        StringAssert.Contains(output, "\nmean \"rotation\"?");
        foreach (var line in output.Split('\n'))
        {
            Assert.IsLessThanOrEqualTo(80, line.Length, line);
        }
    }

    [GeneratedRegex(@"\x1b\[([0-9;]*;)?(3|4|9|10)[0-9;]+m")]
    private static partial Regex Colour();

    /// <summary>Four steps with a monitor, an evaluation, and a table of runs.</summary>
    private static string Train(string variables)
    {
        string[] settings =
        [
            "data.take=32", "evaluation.test.skip=9968", "evaluation.baselines=false", """'evaluation.evaluators=["knn"]'""", """'monitor={"evaluators":["knn"]}'""",
            "backbone.width=4", "backbone.blocksPerStage=[1]", "training.batchSize=8", "training.epochs=1", "training.logEvery=1", "threads=1", "precision=fp32",
        ];
        var train = $"{SmallProcess.Ssl} train {Repository.Experiment("quickstart.json")} --runs {Folder} --overwrite --no-report --set {string.Join(" --set ", settings)}";
        return PseudoTerminal.Run(variables, $"{train} && {SmallProcess.Ssl} compare {Folder}/quickstart");
    }
}
