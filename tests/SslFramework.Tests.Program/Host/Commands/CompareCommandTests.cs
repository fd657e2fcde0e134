using System.Globalization;
using System.Text.Json.Nodes;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class CompareCommandTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-compare").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Compare_Runs_AreRowsWithTheBestLayerBelowTheBaselines()
    {
        WriteRun(
            "a", 61.4, Probe("trained", "features", 79), Probe("trained", "layer2", 80.04), Probe("random-init", "layer1", 70, weights: "r"));
        WriteRun("b", 9, """{ "evaluator": "knn", "subject": "trained", "layer": "features", "metric": "top-1 (k=20)", "value": 75.21 }""", Probe("random-init", "layer1", 70, weights: "r"));
        CollectionAssert.AreEqual(
            new[]
            {
                "| run | training (s) | linear-probe top-1 | knn top-1 (k=20) |",
                "| --- | --- | --- | --- |",
                "| random-init |  | 70.0 |  |",
                "| a | 61 | 80.0 (layer2) |  |",
                "| b | 9 |  | 75.2 |",
            },
            Compare("a", "b"));
    }

    [TestMethod]
    public void Compare_RandomWeightsOfSeveralNetworks_AreARowEach()
    {
        WriteRun("a", 1, Probe("trained", "features", 79), Probe("random-init", "features", 70, weights: "r"));
        WriteRun("b", 1, Probe("trained", "features", 78), Probe("random-init", "features", 60, weights: "s"));
        StringAssert.Contains(string.Join('\n', Compare("a", "b")), "| random-init (a) |  | 70.0 |\n| random-init (b) |  | 60.0 |");
    }

    [TestMethod]
    public void Compare_DifferencesWithinTheIntervalOfTheBest_AreTies()
    {
        WriteRun("best", 1, Probe("trained", "features", 80, interval: "[78, 82]"));
        WriteRun("near", 1, Probe("trained", "features", 78.5, interval: "[76, 80]"));
        WriteRun("worse", 1, Probe("trained", "features", 77.9, interval: "[76, 80]"));
        var lines = Compare("best", "near", "worse");
        CollectionAssert.AreEqual(new[] { "| best | 1 | **80.0** |", "| near | 1 | 78.5 ≈ |", "| worse | 1 | 77.9 |" }, lines[2..5]);
        StringAssert.StartsWith(lines[^1], "≈ within the 95 % confidence interval");
    }

    [TestMethod]
    public void Compare_OtherProtocols_AreOtherColumnsWithANoteOfTheDifference()
    {
        WriteRun("a", 1, Probe("trained", "features", 80, protocol: "p"));
        WriteRun("b", 1, Probe("trained", "features", 90, protocol: "q"));
        var lines = Compare("a", "b");
        Assert.AreEqual("| run | training (s) | linear-probe top-1 [a] | linear-probe top-1 [b] |", lines[0]);
        Assert.AreEqual("| b | 1 |  | 90.0 |", lines[3]);
        StringAssert.EndsWith(lines[^1], "cannot be compared; they differ in options.epochs 100 or 10");
    }

    [TestMethod]
    public void Compare_Layers_AreColumnsFromInputToOutput()
    {
        WriteRun("a", 1, Probe("trained", "features", 79), Probe("trained", "conv1", 70), Probe("trained", "conv2", 81), Probe("raw-pixels", "features", 65, weights: "-"));
        CollectionAssert.AreEqual(
            new[] { "| run | conv1 | conv2 | features |", "| --- | --- | --- | --- |", "| raw-pixels |  |  | 65.0 |", "| a | 70.0 | 81.0 | 79.0 |" },
            Compare("a", "--layers"));
    }

    [TestMethod]
    public void Compare_SeveralTables_HaveTheirNotesOnce()
    {
        WriteRun("a", 1, Probe("trained", "features", 80), Probe("trained", "conv1", 70));
        WriteRun("b", 1, Probe("trained", "features", 90, protocol: "q"));
        var output = SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "b"), "--layers").Output;
        Assert.AreEqual(2, output.Split('╭').Length - 1);
        Assert.AreEqual(1, output.Split("cannot be compared").Length - 1);
    }

    [TestMethod]
    public void Compare_CsvAndJson_HaveEveryDigit()
    {
        WriteRun("a", 1, Probe("trained", "features", 80.0375, interval: "[78, 82]"));
        Assert.AreEqual("run,training (s),linear-probe top-1\na,1,80.0375\n", SslProgram.Run("compare", Path.Combine(runs, "a"), "--csv").Output);
        var cell = JsonNode.Parse(SslProgram.Run("compare", Path.Combine(runs, "a"), "--json").Output)![0]!["rows"]![0]!["cells"]![1]!;
        Assert.AreEqual((80.0375, 82.0), ((double)cell["value"]!, (double)cell["interval"]![1]!));
    }

    [TestMethod]
    public void Compare_LaterEvaluationsOfARun_CountToo()
    {
        WriteRun("a", 1, Probe("trained", "features", 80));
        File.WriteAllText(Path.Combine(runs, "a", "evaluation-tuned.json"), """{ "results": [ { "evaluator": "fine-tune", "subject": "trained", "layer": "features", "metric": "top-1", "value": 88 } ] }""");
        Assert.AreEqual("| a | 1 | 80.0 | 88.0 |", Compare("a")[2]);
    }

    [TestMethod]
    public void Compare_Html_HasTheTableTheCurvesAndWhatDiffers()
    {
        foreach (var (name, rate) in new[] { ("a", "0.1"), ("b<i>", "0.2") })
        {
            WriteRun(name, 1, Probe("trained", "features", 80.04));
            File.WriteAllText(Path.Combine(runs, name, "experiment.json"), $$"""{ "name": "{{name}}", "schedule": { "learningRate": {{rate}} } }""");
            File.WriteAllText(Path.Combine(runs, name, "metrics.jsonl"), """{"step":1,"epoch":1,"loss":2}""" + "\n" + """{"step":2,"epoch":2,"loss":1}""");
        }

        var file = Path.Combine(runs, "compare.html");
        var (code, _, errors) = SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "b<i>"), "--html", file);
        Assert.AreEqual(0, code, errors);
        var page = File.ReadAllText(file);
        StringAssert.Contains(page, "<td>80.0</td>");
        StringAssert.Contains(page, "<code>schedule.<wbr>learningRate</code></td><td>0.1</td><td>0.2</td>");
        Assert.AreEqual(2, page.Split("<polyline").Length - 1, "one chart, two lines");
        (code, _, errors) = SslProgram.Run("compare", Path.Combine(runs, "a"), "--html", file);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, $"'{file}' exists; --force puts the page in its place.");
        Assert.AreEqual(page, File.ReadAllText(file));
        Assert.DoesNotContain("<i>", page.Replace("<i class", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow]
    [DataRow("--layers")]
    [DataRow("--markdown")]
    [DataRow("--markdown", "--layers")]
    [DataRow("--csv")]
    [DataRow("--json")]
    public void Compare_NumbersOfOthers_CannotDrawOnTheTerminal(params string[] form)
    {
        const string Hostile = """\u001b]0;title\u0007\u001b[2J\nerror: forged|<b>""";
        WriteRun("a\u001b[31m", 1, $$"""{ "evaluator": "x{{Hostile}}", "subject": "trained", "layer": "l{{Hostile}}", "metric": "m{{Hostile}}", "value": 1, "protocol": "p" }""");
        var (code, output, errors) = SslProgram.Run(["compare", Path.Combine(runs, "a\u001b[31m"), .. form]);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "\\u001b[2J", StringComparison.OrdinalIgnoreCase);
        Assert.IsFalse(output.Any(c => char.IsControl(c) && c != '\n'), output);
        Assert.IsFalse(output.Split('\n').Any(line => line.TrimStart().StartsWith("error: forged", StringComparison.Ordinal)), output);
    }

    [TestMethod]
    public void Compare_FilesAmongFolders_AreLeftOut()
    {
        WriteRun("a", 1, Probe("trained", "features", 80));
        File.WriteAllText(Path.Combine(runs, "results.csv"), "");
        var (code, output, errors) = SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "results.csv"), "--csv");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("run,training (s),linear-probe top-1\na,1,80\n", output);
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("compare", Path.Combine(runs, "results.csv")).ExitCode);
    }

    [TestMethod]
    public void Compare_WhatIsNoRun_IsASentenceWithItsRemedy()
    {
        AssertRefused(runs, "is not the folder of a run");
        AssertRefused(Path.Combine(runs, "nope"), "There is no folder");
        WriteRun("a", 1);
        AssertRefused(runs, "is a folder of runs; compare those in it");
        File.Delete(Path.Combine(runs, "a", "evaluation.json"));
        AssertRefused(Path.Combine(runs, "a"), "was not evaluated (completed)", ExitCode.Data);

        static void AssertRefused(string path, string sentence, ExitCode expected = ExitCode.Usage)
        {
            var (code, _, errors) = SslProgram.Run("compare", path);
            Assert.AreEqual((int)expected, code);
            StringAssert.Contains(errors, sentence);
        }
    }

    [TestMethod]
    public void Compare_SweepsAndUnevaluatedRunsAmongRuns_AreLeftOutWithALine()
    {
        WriteRun("a", 1, Probe("trained", "features", 80));
        WriteRun("sweep/point", 1, Probe("trained", "features", 70));
        WriteRun("going", 1);
        File.Delete(Path.Combine(runs, "going", "evaluation.json"));
        var (code, output, errors) = SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "going"), Path.Combine(runs, "sweep"), "--csv");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("run,training (s),linear-probe top-1\na,1,80\n", output);
        Assert.AreEqual(2, errors.Split("Left out: ").Length - 1, errors);
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("compare", Path.Combine(runs, "a"), Path.Combine(runs, "nope")).ExitCode, "a misspelt name is an error");
    }

    private string[] Compare(params string[] arguments)
    {
        var (code, output, errors) = SslProgram.Run(["compare", "--markdown", .. arguments.Select(a => a.StartsWith('-') ? a : Path.Combine(runs, a) + "/")]);
        Assert.AreEqual(0, code, errors);
        return output.TrimEnd().Split('\n');
    }

    private static string Probe(string subject, string layer, double value, string weights = "w", string interval = "null", string protocol = "p") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{ "evaluator": "linear-probe", "subject": "{{subject}}", "layer": "{{layer}}", "metric": "top-1", "value": {{value}}, "interval": {{interval}}, "protocol": "{{protocol}}", "backbone": "{{weights}}" }""");

    private void WriteRun(string name, double seconds, params string[] results)
    {
        var folder = Directory.CreateDirectory(Path.Combine(runs, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.json"), $$"""{ "status": "completed", "trainingSeconds": {{seconds.ToString(CultureInfo.InvariantCulture)}} }""");
        const string Protocols = """{ "p": { "evaluator": "linear-probe", "options": { "epochs": 100 } }, "q": { "evaluator": "linear-probe", "options": { "epochs": 10 } } }""";
        File.WriteAllText(Path.Combine(folder, "evaluation.json"), $$"""{ "results": [ {{string.Join(", ", results)}} ], "protocols": {{Protocols}} }""");
    }
}
