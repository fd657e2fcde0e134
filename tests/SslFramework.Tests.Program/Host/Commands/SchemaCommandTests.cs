using System.Text.Json;
using Json.Schema;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

/// <summary>What editors complete and check experiments by.</summary>
[TestClass]
public class SchemaCommandTests
{
    private static readonly Dictionary<string, JsonSchema> Schemas =
        new[] { "experiment", "evaluation", "sweep" }.ToDictionary(kind => kind, kind => JsonSchema.FromText(Shipped(kind)));

    public static IEnumerable<object[]> Files =>
    [
        .. Repository.Files("host/experiments", "*.json").Where(file => !file.Contains("schema", StringComparison.Ordinal)).Select(file => new object[] { file }),
        .. Repository.Files("plugins", "*.json").Where(file => file.Contains("experiments", StringComparison.Ordinal)).Select(file => new object[] { file }),
    ];

    [TestMethod]
    [DataRow("experiment")]
    [DataRow("evaluation")]
    [DataRow("sweep")]
    public void Schema_Shipped_IsWhatTheProgramPrints(string kind)
    {
        var (code, output, errors) = SslProgram.Run("schema", kind);
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(output, Shipped(kind), $"write it anew: ssl schema {kind} > host/experiments/schema/{kind}.json");
    }

    [TestMethod]
    [DataRow("an_experiment")]
    [DataRow("--nonsense")]
    public void Schema_OfSomethingElse_IsAUsageError(string kind) =>
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("schema", kind).ExitCode);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Schema_AShippedFile_NamesItAndIsValid(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        using var json = Read(File.ReadAllText(path));
        var schema = Path.GetFullPath(json.RootElement.GetProperty("$schema").GetString()!, Path.GetDirectoryName(path)!);
        Assert.IsTrue(File.Exists(schema), schema);
        var result = Schemas[Path.GetFileNameWithoutExtension(schema)].Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.IsTrue(result.IsValid, string.Join('\n', (result.Details ?? []).Where(d => d.Errors is not null).Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Values)}")));
    }

    [TestMethod]
    [DataRow("\"rotation\"", "\"rotatoin\"")]
    [DataRow("\"batchSize\": 128", "\"batchSize\": 0")]
    [DataRow("\"batchSize\": 128", "\"batchSize\": \"128\"")]
    [DataRow("\"batchSize\": 128", "\"batchSize\": null")]
    [DataRow("\"momentum\"", "\"momentun\"")]
    [DataRow("\"backbone\":", "\"backbones\":")]
    [DataRow("\"images\":", "\"image\":")]
    public void Schema_ABrokenExperiment_IsInvalid(string right, string wrong)
    {
        var text = File.ReadAllText(Repository.Experiment("quickstart.json"));
        StringAssert.Contains(text, right);
        using var json = Read(text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.IsFalse(Schemas["experiment"].Evaluate(json.RootElement).IsValid);
    }

    [TestMethod]
    public void Schema_NullWhereAnOptionMayBeAbsent_IsValid()
    {
        var text = File.ReadAllText(Repository.Experiment("quickstart.json"));
        using var json = Read(text.Replace("\"seed\": 1", "\"threads\": null, \"monitor\": null", StringComparison.Ordinal));
        Assert.IsTrue(Schemas["experiment"].Evaluate(json.RootElement).IsValid);
    }

    private static string Shipped(string kind) => File.ReadAllText(Repository.Experiment($"schema/{kind}.json"));

    private static JsonDocument Read(string text) =>
        JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
}
