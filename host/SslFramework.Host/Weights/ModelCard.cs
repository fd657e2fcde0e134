using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data;
using SslFramework.Engine.Weights;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Weights;

/// <summary>The README.md beside exported weights: what they are, what they learned from, what was measured, how to load them.</summary>
internal static class ModelCard
{
    private const string NoPython = "# Neither torchvision nor timm has a network of this form; "
        + "the keys follow theirs where its parts are the same.";

    /// <summary>The card as Markdown.</summary>
    /// <param name="source">What is exported.</param>
    /// <param name="images">What the run learned from, or null where it is not at hand.</param>
    /// <param name="onnx">Whether ONNX lies beside it.</param>
    public static string Write(ExportSource source, IDataSource? images, bool onnx)
    {
        var (config, backbone) = (source.Experiment, source.Backbone);
        var hash = WeightHash.Of(backbone.Module);
        var report = Report(source.Run);
        var transform = config.Evaluation?.Transform ?? config.Augmentation;
        var card = new StringBuilder();
        Line($"# {config.Name}");
        Line();
        Line(Summary(config, backbone));
        Line();
        Line($"* Weights: `{hash}` (as in the evaluation's results), in `backbone.safetensors`{(onnx ? " and `backbone.onnx`" : "")}");
        var learned = DataHash(report) ?? HashOf(images, config) ?? "not at hand when this was written";
        Line($"* Images learned from: `{learned}` (hash of pixels and labels), source `{config.Data.Descriptor.Name}`");
        Line("* Licence: the software is under the MIT licence; what weights learned from may bring terms of its own: "
            + "add those of the images before passing these on.");
        Section(
            "Input",
            $"float32 `[N, {backbone.Channels}, H, W]`, pixels from 0 to 1 and then as follows "
            + "(size, mean and standard deviation of each channel):");
        Code("json", Json.Text(OptionsWriter.Write(transform)));
        if (config.Data.Options is DecodeOptions { Depth: 16 } or DecodeOptions { Window.Count: > 0 })
        {
            var window = images is IEncodedSource { Decoding.Window: var known } ? known : ((DecodeOptions)config.Data.Options).Window;
            Line();
            Line(window.Count == 0 ? "Of images of 16 bits, 65535 is 1 unless their source says otherwise."
                : $"Of images of 16 bits, these values become 0 and 1 (two, or two per channel): {JsonSerializer.Serialize(window)}.");
        }

        Results(card, report, hash);
        Section("Loading", "PyTorch:");
        Code("python", LoadingSnippets.Python(backbone) ?? NoPython);
        Section(null, "C# with TorchSharp:");
        Code("csharp", LoadingSnippets.CSharp(config.Backbone, backbone));
        Section(null, onnx ? "ONNX Runtime:" : "ONNX was not written for this backbone.");
        if (onnx)
        {
            Code("python", LoadingSnippets.Onnx(backbone));
        }

        Section("Recipe", "The whole experiment, every default spelled out; of files their names alone:");
        Code("json", Recipe(config));
        return card.ToString();

        void Line(string text = "") => card.Append(text).Append('\n');

        void Section(string? title, string text)
        {
            Line();
            if (title is not null)
            {
                Line($"## {title}");
                Line();
            }

            Line(text);
        }

        void Code(string language, string code)
        {
            Line();
            Line($"```{language}");
            Line(code);
            Line("```");
        }
    }

    /// <summary>The experiment as JSON, every default spelled out; of files their names alone.</summary>
    public static string Recipe(ExperimentConfig config) =>
        WithoutFolders(JsonNode.Parse(ExperimentFile.Write(config))!)!.ToJsonString(Json.Indented);

    /// <summary>Where files lay says nothing to a reader, and may say too much of the writer.</summary>
    private static JsonNode? WithoutFolders(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, WithoutFolders(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutFolders)]),
        JsonValue value when value.TryGetValue<string>(out var text) && Path.IsPathRooted(text) =>
            Path.GetFileName(Path.TrimEndingDirectorySeparator(text)),
        _ => node?.DeepClone(),
    };

    private static StoredEvaluation? Report(string run)
    {
        var file = Path.Combine(run, RunFiles.Evaluation);
        try
        {
            return File.Exists(file) ? Json.Read<StoredEvaluation>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException e)
        {
            throw new ExperimentException(
                FailureKind.RunFolder, $"{file} is damaged ({e.Message}); delete it to export without its numbers.", e);
        }
    }

    /// <summary>The evaluation has hashed the experiment's images already where it learned from them.</summary>
    private static string? HashOf(IDataSource? images, ExperimentConfig config) => images is null ? null
        : DataFingerprint.Of(images, options: OptionsWriter.Write(config.Data)!.ToJsonString()).Hash;

    private static string Summary(ExperimentConfig config, IBackbone backbone)
    {
        var (network, method) = (config.Backbone.Descriptor.Name, config.Objective.Descriptor.Name);
        var parameters = backbone.Module.parameters().Sum(p => p.numel()).ToString("N0", CultureInfo.InvariantCulture);
        var size = $"{backbone.FeatureDimension} features, {parameters} parameters.";
        return $"A {network} pretrained without labels by {method}: {size} {config.Description}".TrimEnd();
    }

    private static string? DataHash(StoredEvaluation? report) => report?.Protocols?.Values
        .Select(protocol => (protocol as JsonObject)?["train"] as JsonObject)
        .FirstOrDefault(train => $"{train?["source"]}" == "data") is { } data ? data["hash"]?.ToString() : null;

    /// <summary>Numbers of these weights, beside those of the baselines; of other weights of the run there are none.</summary>
    private static void Results(StringBuilder card, StoredEvaluation? report, string hash)
    {
        var results = report?.Results.Where(r => r.Kind != MeasurementKind.Detail).ToList() ?? [];
        card.Append("\n## Evaluation\n\n");
        if (!results.Any(r => r.Backbone == hash && r.Subject == EvaluatedRun.Trained))
        {
            card.Append("These weights were not evaluated.\n");
            return;
        }

        string[] subjects = [.. results.Select(r => r.Subject).Distinct()];
        card.Append(CultureInfo.InvariantCulture, $"| measure | layer | {string.Join(" | ", subjects)} |\n| --- | --- | "
            + $"{string.Join(" | ", subjects.Select(_ => "---:"))} |\n");
        var groups = results.GroupBy(r => (r.Evaluator, r.Layer, r.Metric));
        foreach (var row in EvaluationTable.FromInputToOutput(groups, row => row.Key.Evaluator, row => row.Key.Layer))
        {
            var measured = subjects.Select(subject => row.FirstOrDefault(r => r.Subject == subject)?.Value);
            var values = measured.Select(value => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "");
            card.Append(CultureInfo.InvariantCulture, $"| {row.Key.Evaluator} {row.Key.Metric} | {row.Key.Layer} | "
                + $"{string.Join(" | ", values)} |\n");
        }
    }
}
