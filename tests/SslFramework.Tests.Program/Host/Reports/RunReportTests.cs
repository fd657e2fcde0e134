using System.Text.RegularExpressions;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Reports;

[TestClass]
public class RunReportTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&";

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-report").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Report_OfAFinishedRun_HasEverySectionAndAsksForNothing()
    {
        var run = Train("rotation", "--set", """monitor={"every":1,"evaluators":["knn"]}""");
        var page = Report(run);
        foreach (var section in new[] { "Warnings", "What it learned", "Training", "Measured while training", "Collapse", "Embedding", "Nearest neighbors", "Confusion", "Views", "What the method sees", "Time and memory", "Configuration", "Versions and machine", "Journal", "What to try next" })
        {
            StringAssert.Contains(page, $"<h2>{section}</h2>");
        }

        Assert.DoesNotContain("class=\"missing\"", page, "everything is there");
        Assert.IsLessThan(5_000_000, page.Length);
        Assert.IsFalse(Regex.IsMatch(page, @"(src|href)=""(?!data:|#)|url\((?!data:)|@import|<script|<link"), "no request leaves the page");
        StringAssert.Contains(page, "<b>--set</b>");
        StringAssert.Contains(page, "quickstart.json:");
        StringAssert.Contains(File.ReadAllText(Path.Combine(run, "report.md")), "| training.epochs | 2 | --set training.epochs=2 |");
    }

    [TestMethod]
    public void Report_HostileNames_AreTextAndNothingElse()
    {
        var run = Train("run");
        var folder = Path.Combine(runs, "<img src=x onerror=alert(2)>");
        Directory.Move(run, folder);
        File.AppendAllText(Path.Combine(folder, "journal.md"), $"- {Hostile}\n");
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), $$"""{"step":99,"epoch":3,"<svg onload=alert(3)>":1}{{"\n"}}""");
        File.AppendAllText(
            Path.Combine(folder, "incidents.jsonl"),
            $$"""{"kind":"{{Hostile.Replace("\"", "\\\"", StringComparison.Ordinal)}}","step":1,"sentence":"<script>4</script>","loss":"NaN","gradientNorm":1,"seed":1,"epoch":0,"samples":[]}{{"\n"}}""");
        var evaluation = Path.Combine(folder, "evaluation.json");
        File.WriteAllText(evaluation, File.ReadAllText(evaluation).Replace("random-init", "</td><script>5</script>", StringComparison.Ordinal));
        var experiment = Path.Combine(folder, "experiment.json");
        File.WriteAllText(experiment, $$"""{"<script>6</script>.<svg onload=alert(7)>":1,{{File.ReadAllText(experiment).TrimStart()[1..]}}""");

        var page = Report(folder);

        StringAssert.Contains(page, "svg onload=alert(7)", "the key is there");
        Assert.IsFalse(Regex.IsMatch(page, "<script|<img src=x|<svg onload", RegexOptions.IgnoreCase));
        StringAssert.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
        StringAssert.Contains(page, "default-src &#39;none&#39;".Replace("&#39;", "'", StringComparison.Ordinal), "nor could one run");
        Assert.DoesNotContain("<script", File.ReadAllText(Path.Combine(folder, "report.md")).Replace("\\<script", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Report_OfARunThatWasKilled_TellsHowFarItCame()
    {
        var run = Train("run", "--steps", "5");
        var status = Path.Combine(run, "run.json");
        File.WriteAllText(status, File.ReadAllText(status).Replace("interrupted", "running", StringComparison.Ordinal));
        File.AppendAllText(Path.Combine(run, "metrics.jsonl"), """{"step":6,"ep"""); // half a line
        Directory.Delete(Path.Combine(run, "checkpoints"), recursive: true);

        var page = Report(run);

        StringAssert.Contains(page, "<span class=\"badge running\">running</span>");
        StringAssert.Contains(page, "step 5 of 16");
        StringAssert.Contains(page, "go on from the last checkpoint, if the run was killed");
        StringAssert.Contains(page, "There is no checkpoint yet");
        StringAssert.Contains(page, "Nothing was measured yet.");
    }

    [TestMethod]
    public void Report_NumbersThatAreNone_LeaveTheCurvesOfTheOthers()
    {
        var run = Train("run", "--steps", "5");
        File.AppendAllText(Path.Combine(run, "metrics.jsonl"), """{"step":6,"epoch":1,"loss":1e999,"huge":1e308}""" + "\n" + """{"step":7,"epoch":1.1,"loss":"NaN","huge":-1e308,"nearestNeighbors":1e-9}""" + "\n");

        var page = Report(run);

        Assert.IsFalse(Regex.IsMatch(page, "(?:[xy]|d|points)=\"[^\"]*(NaN|∞|Infinity)"), "figures have places only");
        StringAssert.Contains(page, "<figcaption>nearest neighbors</figcaption>");
        StringAssert.Contains(page, "<title>run (interrupted) · SslFramework</title>");
    }

    [TestMethod]
    public void Report_OfMeasures_SaysPercentOnceAMeasure()
    {
        var run = Train("run");
        var page = Report(run);
        StringAssert.Contains(page, "<figcaption>linear-probe top-1, %, layer by layer</figcaption>");
        StringAssert.Contains(page, "colspan=\"4\">linear-probe top-1, %</th>");
        StringAssert.Contains(page, "colspan=\"4\">knn top-1 (k=20), %</th>");

        File.Copy(Path.Combine(run, "evaluation.json"), Path.Combine(run, "evaluation-again.json"));
        Assert.AreEqual(Lines(page), Lines(Report(run)), "what is measured twice is drawn once");

        static string Lines(string page) => string.Concat(Regex.Matches(page, "<polyline[^>]*>").Select(line => line.Value));
    }

    [TestMethod]
    public void Report_OfOneRun_IsTheSamePageEachTime()
    {
        var run = Train("run", "--steps", "5");
        Assert.AreEqual(WithoutTime(Report(run)), WithoutTime(Report(run)));

        static string WithoutTime(string page) => Regex.Replace(page, "Written by SslFramework at [^<]*", "");
    }

    [TestMethod]
    public void Report_OfAnObjectiveThatDrawsNothing_HasNoCardOfIt()
    {
        var page = Report(Train("run", "--steps", "2", "--set", """objective={"name":"memory-bank","negatives":32}"""));
        StringAssert.Contains(page, "<h2>Views</h2>");
        Assert.DoesNotContain("What the method sees", page);
    }

    [TestMethod]
    public void Report_OfAFolderWithoutARun_IsOneSentence()
    {
        var (code, _, errors) = SslProgram.Run("report", runs);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "is not the folder of a run");
    }

    [TestMethod]
    public void Train_ByDefault_WritesTheReportAndPrintsItsPath()
    {
        using var program = new SmallProcess(
            SmallProcess.Ssl, new List<string> { "train", SmallRuns.Write("mae-fashion-mnist", runs), "--runs", runs, "--set", "name=mae" });
        var (code, errors) = program.End();
        Assert.AreEqual(0, code, errors);
        var report = Path.Combine(runs, "mae", "report.html");
        StringAssert.Contains(errors, $"The report is {report}");
        StringAssert.Contains(File.ReadAllText(report), "seen by the encoder");
    }

    private static string Report(string run)
    {
        var (code, output, errors) = SslProgram.Run("report", run);
        Assert.AreEqual(0, code, errors);
        return File.ReadAllText(output.Trim());
    }

    private string Train(string name, params string[] more)
    {
        var (code, _, errors) = SslProgram.Run(
        [
            "train", Repository.Experiment("quickstart.json"), "--runs", runs, "--set", $"name={name}", "--set", "data.take=256", "--set", "evaluation.test.skip=9900",
            "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]", "--set", "training.batchSize=32", "--set", "training.epochs=2", "--set", "training.logEvery=1",
            "--set", "threads=1", "--set", "precision=fp32", .. more,
        ]);
        Assert.AreEqual(0, code, errors);
        return Path.Combine(runs, name);
    }
}
