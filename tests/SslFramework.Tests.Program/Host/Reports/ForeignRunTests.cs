using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Reports;

/// <summary>Folders of runs that somebody else wrote, with anything in their files: they are read, or refused in a sentence.</summary>
[TestClass]
public class ForeignRunTests
{
    private readonly string run = Directory.CreateTempSubdirectory("ssl-foreign").FullName;

    [TestInitialize]
    public void WriteRun()
    {
        Write("run.json", """{ "status": "completed", "trainingSeconds": 1 }""");
        Write("experiment.json", """{ "name": "run", "objective": { "name": "simclr" } }""");
        Write("evaluation.json", $$"""{ "results": [ {{Result()}} ], "protocols": {} }""");
        Write("metrics.jsonl", """{"step":1,"epoch":1,"loss":2}""" + "\n");
    }

    [TestCleanup]
    public void DeleteRun() => Directory.Delete(run, recursive: true);

    [TestMethod]
    [DataRow("evaluation.json", """{"results":null}""")]
    [DataRow("evaluation.json", """{"results":[null]}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":null,"subject":"trained","layer":"features","metric":"top-1","value":1}]}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":"knn","subject":"trained","layer":"features","metric":"top-1","value":1,"interval":[1]}]}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":"knn","subject":"trained","layer":"features","metric":"top-1","value":1,"interval":[]}]}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":"knn"}]}""")]
    [DataRow("evaluation.json", "{}")]
    [DataRow("evaluation.json", "null")]
    [DataRow("evaluation.json", """{"results":[],"protocols":{"p":"\ud800"}}""")]
    [DataRow("evaluation-x.json", """{"results":[null]}""")]
    [DataRow("run.json", """{"status":"completed","environment":null}""")]
    [DataRow("run.json", """{"status":"completed","environment":{"cpu":null}}""")]
    [DataRow("run.json", """{"status":"completed","trainingSeconds":1e300}""")]
    [DataRow("run.json", """{"status":"completed","evaluationSeconds":"NaN"}""")]
    [DataRow("run.json", """{"status":null}""")]
    [DataRow("run.json", "null")]
    public void ReportAndCompare_AFileThatIsDamaged_AreNoBug(string file, string json)
    {
        Write(file, json);
        AssertRuns((int)ExitCode.Success, "report", run);
        AssertRuns((int)ExitCode.Data, "compare", run);
    }

    [TestMethod]
    [DataRow("data-report.json", """{"bad":null}""")]
    [DataRow("data-report.json", """{"bad":[null,{"index":1,"reason":"x"}]}""")]
    [DataRow("data-report.json", """{"bad":[{"index":1,"reason":null}]}""")]
    [DataRow("incidents.jsonl", """{"kind":"skipped","step":1,"sentence":null,"loss":1,"gradientNorm":1,"seed":1,"epoch":0,"samples":[]}""")]
    [DataRow("incidents.jsonl", """{"kind":"skipped","step":1}""")]
    [DataRow("incidents.jsonl", "null")]
    [DataRow("origins.json", """{"name":null}""")]
    [DataRow("origins.json", "[]")]
    [DataRow("experiment.json", """{"name":1,"objective":null,"description":"\ud800"}""")]
    [DataRow("experiment.json", """{"name":"a","name":"b"}""")]
    [DataRow("experiment.json", "7")]
    [DataRow("metrics.jsonl", """{"step":1,"epoch":1,"loss":1e-320}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":"","subject":"","layer":"","metric":"","value":"NaN","protocol":null,"backbone":null}]}""")]
    [DataRow("evaluation.json", """{"results":[{"evaluator":"k","subject":"trained","layer":"a","metric":"m","value":"NaN","interval":["NaN",1e999]},{"evaluator":"k","subject":"trained","layer":"b","metric":"m","value":1e999}]}""")]
    public void ReportAndCompare_AFileThatHoldsLess_AreNoBug(string file, string json)
    {
        Write(file, json);
        AssertRuns((int)ExitCode.Success, "report", run);
        AssertRuns((int)ExitCode.Success, "compare", run);
        AssertRuns((int)ExitCode.Success, "compare", run, "--layers");
        AssertRuns((int)ExitCode.Success, "compare", run, "--json");
    }

    [TestMethod]
    public void ReportAndCompare_ResultsThatAreNaN_ShowThemWithTheRemark()
    {
        Write("evaluation.json", $$"""{ "results": [ {{Result("\"NaN\"", "\"remark\": \"It broke.\"")}}, {{Result("50", "\"interval\": [40, 60]").Replace("trained", "random-init", StringComparison.Ordinal)}} ] }""");
        AssertRuns((int)ExitCode.Success, "report", run);
        Assert.Contains("knn of trained, layer features: It broke.", File.ReadAllText(Path.Combine(run, "report.html")));
        Assert.Contains("<b>50.0 ", File.ReadAllText(Path.Combine(run, "report.html")), "NaN is never the best");
        var cell = JsonNode.Parse(SslProgram.Run("compare", run, "--json").Output)![0]!["rows"]![1]!["cells"]![1]!;
        Assert.AreEqual("NaN", (string?)cell["value"]);
    }

    [TestMethod]
    public void ReportAndCompare_EveryMetricOfAnEvaluator_IsShown_NotHowItCameAbout()
    {
        Write("evaluation.json", $$"""
            { "results": [ {{Result("0.81").Replace("top-1", "nmi", StringComparison.Ordinal)}}, {{Result("0.72").Replace("top-1", "ari", StringComparison.Ordinal)}},
              {{Result("0.3", "\"kind\": \"detail\"").Replace("top-1", "learning rate", StringComparison.Ordinal)}} ] }
            """);
        Assert.AreEqual("run,training (s),knn nmi,knn ari\n", SslProgram.Run("compare", run, "--csv").Output.Split('\n')[0] + "\n");
        AssertRuns((int)ExitCode.Success, "report", run);
        foreach (var file in new[] { "report.html", "report.md" })
        {
            var text = File.ReadAllText(Path.Combine(run, file));
            Assert.Contains("knn nmi", text);
            Assert.Contains("knn ari", text);
            Assert.DoesNotContain("learning rate", text);
        }
    }

    [TestMethod]
    public void Report_NumbersWithoutLabels_SaysWhatToLookAt()
    {
        Write("evaluation.json", $$"""{ "results": [ {{Result("3.2", "\"kind\": \"description\"").Replace("knn", "diagnostics", StringComparison.Ordinal).Replace("top-1", "effective rank", StringComparison.Ordinal)}} ] }""");
        AssertRuns((int)ExitCode.Success, "report", run);
        Assert.Contains("Look at the rank of the last layer", File.ReadAllText(Path.Combine(run, "report.html")));
    }

    private static void AssertRuns(int expected, params string[] arguments)
    {
        var (code, _, errors) = SslProgram.Run(arguments);
        Assert.AreEqual(expected, code, errors);
        Assert.DoesNotContain("bug", errors);
    }

    private static string Result(string value = "1", string more = "\"protocol\": \"p\"") =>
        $$"""{ "evaluator": "knn", "subject": "trained", "layer": "features", "metric": "top-1", "value": {{value}}, {{more}} }""";

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(run, file), text);
}
