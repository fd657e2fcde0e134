using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SslFramework.Tests;

/// <summary>
/// The methods' small experiments, made so small that a run takes a part of a second: 16 steps, 4 per epoch, no evaluation.
/// </summary>
internal static class SmallRuns
{
    public const int Steps = 16;
    private static readonly string[] Sets = ["-fashion-mnist", "-emoji"];

    /// <summary>Their names: of every method that comes with the framework; rotation's is the quickstart.</summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        .. Repository.Experiments.Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(IsSmall)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether an experiment is a small one, on images that ship.</summary>
    public static bool IsSmall(string name) => name == "quickstart" || Sets.Any(set => name.EndsWith(set, StringComparison.Ordinal));

    /// <summary>The method of a small experiment.</summary>
    public static string MethodOf(string name) => Sets.Aggregate(name, (method, set) => method.Replace(set, "", StringComparison.Ordinal));

    public static IEnumerable<object[]> Each => Methods.Select(method => new object[] { method });

    /// <summary>Two of them, other ones after each commit; all if SSL_SOAK asks for the long forms of the tests.</summary>
    public static IEnumerable<object[]> Sample => Sampled(Methods).Select(method => new object[] { method });

    /// <summary>Two of several names, chosen by the commit that the tests were built from; all if SSL_SOAK asks for that.</summary>
    public static IEnumerable<string> Sampled(IReadOnlyList<string> names)
    {
        if (Figures.IsSoak || names.Count <= 2)
        {
            return names;
        }

        var version = typeof(SmallRuns).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var commit = version.Contains('+', StringComparison.Ordinal) ? version[(version.IndexOf('+', StringComparison.Ordinal) + 1)..] : "";
        var number = int.Parse(commit.PadRight(6, '0')[..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var first = number % names.Count;
        return [names[first], names[(first + 1 + (number / names.Count % (names.Count - 1))) % names.Count]];
    }

    /// <summary>Writes a method's small experiment into a folder.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="network">Takes the place of its own backbone.</param>
    public static string Write(string method, string folder, JsonObject? network = null)
    {
        var file = Repository.Experiment(method + ".json");
        var experiment = JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        experiment.Remove("evaluation");
        experiment["precision"] = "fp32";
        experiment["threads"] = 1;
        MakePathsAbsolute(experiment["data"]!.AsObject(), Path.GetDirectoryName(file)!);
        var data = experiment["data"]!.AsObject();
        if (data["count"] is not null)
        {
            data["count"] = 32;
        }

        if (data["name"]!.GetValue<string>() == "pack") // has no part of so many images
        {
            experiment["data"] = new JsonObject { ["name"] = "synthetic", ["count"] = 32, ["size"] = 32, ["channels"] = 3 };
        }
        else
        {
            (data["source"]?.AsObject() ?? data)["take"] = 32;
        }

        if (experiment["objective"]!["warmUpEpochs"] is not null)
        {
            experiment["objective"]!["warmUpEpochs"] = 1; // local aggregation clusters in what is left
        }

        var whole = experiment["backbone"]!.AsObject();
        var inside = new[] { "inner", "half" }.FirstOrDefault(whole.ContainsKey);
        var backbone = inside is null ? whole : whole[inside]!.AsObject();
        (string, JsonNode)[] small = backbone["name"]!.GetValue<string>() switch
        {
            "vit" or "igpt" => [("dimension", 24), ("depth", 1)],
            "amdim-encoder" => [("width", 4), ("dimension", 32)],
            _ => [("width", 4), ("blocksPerStage", new JsonArray(1, 1))],
        };
        foreach (var (key, value) in network is null ? small : [])
        {
            backbone[key] = value;
        }

        experiment["backbone"] = network ?? whole.DeepClone();
        var training = experiment["training"]!.AsObject();
        foreach (var (key, value) in new[] { ("batchSize", 8), ("accumulation", 1), ("epochs", 4), ("logEvery", 3), ("checkpointEverySteps", 3) })
        {
            training[key] = value;
        }

        var path = Path.Combine(folder, method + ".json");
        File.WriteAllText(path, experiment.ToJsonString());
        return path;
    }

    private static void MakePathsAbsolute(JsonObject data, string folder)
    {
        foreach (var (key, value) in data.ToArray())
        {
            if (value is JsonObject inner)
            {
                MakePathsAbsolute(inner, folder);
            }
            else if (key is "images" or "labels")
            {
                data[key] = Path.GetFullPath(value!.GetValue<string>(), folder);
            }
        }
    }

    /// <summary>All that a run leaves which its seed decides, by name.</summary>
    public static IReadOnlyDictionary<string, string> Outcome(string run)
    {
        var last = Directory.GetDirectories(Path.Combine(run, "checkpoints")).Max(StringComparer.Ordinal)!;
        return new[] { Path.Combine(last, "objective.safetensors"), Path.Combine(last, "optimizer.safetensors"), Path.Combine(run, "backbone.safetensors"), Path.Combine(run, "metrics.jsonl") }
            .ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
    }

    public static void AssertSame(IReadOnlyDictionary<string, string> expected, string run)
    {
        var actual = Outcome(run);
        foreach (var (file, hash) in expected)
        {
            Assert.AreEqual(hash, actual[file], $"{file} of {run}");
        }
    }
}
