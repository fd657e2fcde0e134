using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Comparison;

/// <summary>A row to be: a trained backbone, or a baseline that one or several runs measured.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Baseline">Whether methods must beat it.</param>
/// <param name="Results">Its numbers.</param>
internal sealed record Contender(string Name, bool Baseline, IReadOnlyList<SubjectResult> Results)
{
    // From what is known best to what is known least; others follow.
    private static readonly string[] Order = ["supervised", "raw-pixels", "random-init", "rescaled-random"];

    /// <summary>Seconds of training, where there was any.</summary>
    public double? Seconds { get; init; }

    /// <summary>Baselines on top, each once where several runs measured the same weights, then the runs.</summary>
    public static IReadOnlyList<Contender> Of(IReadOnlyList<EvaluatedRun> runs)
    {
        var baselines = runs
            .SelectMany(run => run.Results.Where(r => r.Subject != EvaluatedRun.Trained).Select(result => (run, result)))
            .GroupBy(pair => (pair.result.Subject, Weights: pair.result.Backbone ?? pair.run.Name))
            .OrderBy(group => Array.IndexOf(Order, group.Key.Subject) is >= 0 and var place ? place : Order.Length)
            .ToArray();
        return
        [
            .. baselines.Select(group => new Contender(
                baselines.Count(other => other.Key.Subject == group.Key.Subject) == 1
                    ? group.Key.Subject
                    : $"{group.Key.Subject} ({string.Join(", ", group.Select(pair => pair.run.Name).Distinct())})",
                true,
                [.. group.Select(pair => pair.result)])),
            .. runs.Select(OfTheTrained),
        ];

        static Contender OfTheTrained(EvaluatedRun run) =>
            new(run.Name, false, [.. run.Results.Where(r => r.Subject == EvaluatedRun.Trained)]) { Seconds = run.Seconds };
    }
}
