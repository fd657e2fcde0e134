using System.Text.Json.Nodes;

namespace SslFramework.Host.Runs;

/// <summary>One value that differs between a run's experiment and the one that shall go on.</summary>
/// <param name="Key">Its path, as <c>--set</c> takes it.</param>
/// <param name="Before">In the run folder.</param>
/// <param name="Now">In the experiment given.</param>
internal sealed record ExperimentChange(string Key, string Before, string Now)
{
    // What says how long, how often and how fast, and not what is computed in a step.
    private static readonly string[] Live =
    [
        "description", "expected", "threads", "training.epochs", "training.loaderThreads", "training.logEvery", "training.checkpointEvery",
        "training.checkpointEverySteps", "training.onCollapse", "training.maximumBad", "training.stepTimeout", "evaluation", "monitor",
        "transfers",
    ];

    /// <summary>Whether a run may go on with it; the configuration given is what counts then, not the checkpoint's.</summary>
    /// <param name="overridden">Further keys, named by the user.</param>
    public bool IsAllowed(IEnumerable<string> overridden) =>
        Live.Concat(overridden).Any(key => Key == key || Key.StartsWith(key + ".", StringComparison.Ordinal));

    /// <summary>Whether a change changes no number: how the same is described or computed.</summary>
    public bool ChangesNoNumber => Key is "description" or "expected" or "threads" or "training.loaderThreads" or "training.logEvery";

    public override string ToString() => $"{Key}: {Before} → {Now}";

    /// <summary>All differences.</summary>
    public static IReadOnlyList<ExperimentChange> Between(JsonNode? before, JsonNode? now, string key = "")
    {
        if (before is JsonObject x && now is JsonObject y)
        {
            return [.. x.Select(member => member.Key).Union(y.Select(member => member.Key))
                .SelectMany(name => Between(x[name], y[name], key.Length == 0 ? name : $"{key}.{name}"))];
        }

        return JsonNode.DeepEquals(before, now) ? [] : [new ExperimentChange(key, Short(before), Short(now))];
    }

    private static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "none";
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}
