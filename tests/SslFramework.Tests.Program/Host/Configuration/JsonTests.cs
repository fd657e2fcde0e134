using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using HostJson = SslFramework.Host.Configuration.Json; // a package has a namespace of the name Json

namespace SslFramework.Tests.Host.Configuration;

[TestClass]
public class JsonTests
{
    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(0.1)]
    public void Results_OfAnyNumber_AreReadAsTheyWereWritten(double value)
    {
        var result = new SubjectResult("knn", "trained", "features", "top-1", value, [value, 1], "p", "w") { Kind = MeasurementKind.Description, Remark = "why" };
        var report = new EvaluationReport([result], new Dictionary<string, EvaluationProtocol>());
        foreach (var options in new[] { HostJson.Indented, HostJson.Line })
        {
            var read = HostJson.Read<StoredEvaluation>(JsonSerializer.SerializeToUtf8Bytes(report, options)).Results.Single();
            Assert.AreEqual(result with { Interval = null }, read with { Interval = null });
            CollectionAssert.AreEqual(result.Interval, read.Interval);
        }
    }

    [TestMethod]
    public void Results_WithoutRemark_AreAsTheyEverWere() => Assert.AreEqual(
        """{"evaluator":"knn","subject":"trained","layer":"features","metric":"top-1","value":1.5,"protocol":"p","backbone":"w"}""",
        JsonSerializer.Serialize(new SubjectResult("knn", "trained", "features", "top-1", 1.5, null, "p", "w"), HostJson.Line));

    [TestMethod]
    public void Trees_WithNumbersThatAreNone_AreWritten()
    {
        var table = new ResultTable("t", "run", ["c"], [new ResultRow("r", false, [new Cell(double.NaN, [double.NegativeInfinity, double.PositiveInfinity])])], []);
        var cell = JsonNode.Parse(table.ToJson().ToJsonString())!["rows"]![0]!["cells"]![0]!;
        Assert.AreEqual("""["NaN","-Infinity","Infinity"]""", new JsonArray([cell["value"]!.DeepClone(), .. cell["interval"]!.AsArray().Select(end => end!.DeepClone())]).ToJsonString());
        Assert.AreEqual("""{"value":"NaN"}""", OptionsWriter.Write(new Protocol(double.NaN))!.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{"results":null}""")]
    [DataRow("""{"results":[null]}""")]
    [DataRow("{}")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("""{"results":[{"evaluator":null,"subject":"trained","layer":"features","metric":"top-1","value":1}]}""")]
    [DataRow("""{"results":[{"subject":"trained","layer":"features","metric":"top-1","value":1}]}""")]
    [DataRow("""{"results":[{"evaluator":"knn","subject":"trained","layer":"features","metric":"top-1","value":1,"interval":[1]}]}""")]
    [DataRow("""{"results":[{"evaluator":"knn","subject":"trained","layer":"features","metric":"top-1","value":1,"kind":7}]}""")]
    [DataRow("""{"results":[],"protocols":{"p":{"options":"\ud800"}}}""")]
    [DataRow("""{"results":[],"protocols":{"p":{"a":1,"a":2}}}""")]
    public void Results_ThatAreNone_AreRefused(string json) =>
        Assert.Throws<JsonException>(() => HostJson.Read<StoredEvaluation>(System.Text.Encoding.UTF8.GetBytes(json)));

    private sealed record Protocol(double Value);
}
