using System.Text.Json.Nodes;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Comparison;

/// <summary>What numbers must have in common to stand in one column.</summary>
/// <param name="Evaluator">Its name.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Protocol">Hash of how.</param>
internal sealed record Measure(string Evaluator, string Metric, string? Protocol)
{
    /// <summary>Without how it was measured: <c>linear-probe top-1</c>.</summary>
    public string Name => $"{Evaluator} {Metric}";

    /// <summary>Whether a number belongs here.</summary>
    public bool Covers(SubjectResult result) => Of(result) == this;

    /// <summary>
    /// Whether numbers are hits in a hundred, of which it is known how far they are from chance; effective ranks and the like are not.
    /// </summary>
    public static bool IsPercentage(IReadOnlyList<SubjectResult> results) => results.Any(r => r.Interval is not null);

    /// <summary>Where a number belongs.</summary>
    public static Measure Of(SubjectResult result) => new(result.Evaluator, result.Metric, result.Protocol);

    /// <summary>All measures in order of appearance, without those that say how others came about.</summary>
    public static IReadOnlyList<Measure> ShownOf(IEnumerable<SubjectResult> results) =>
        [.. results.Where(r => r.Kind != MeasurementKind.Detail).Select(Of).Distinct()];

    /// <summary>The main measures in order of appearance: of each evaluator the kind that stands first, such as top-1.</summary>
    public static IReadOnlyList<Measure> MainOf(IEnumerable<SubjectResult> results)
    {
        var all = results.ToArray();
        var main = all.GroupBy(r => r.Evaluator).ToDictionary(group => group.Key, group => Kind(group.First()));
        return [.. all.Where(r => Kind(r) == main[r.Evaluator]).Select(Of).Distinct()];
    }

    /// <summary>Headings for columns, and notes where the same metric was measured in several ways.</summary>
    public static (IReadOnlyList<string> Headings, IReadOnlyList<string> Notes) Headings(
        IReadOnlyList<Measure> measures, IReadOnlyDictionary<string, JsonNode?> protocols)
    {
        var notes = new List<string>();
        var headings = measures.Select(measure =>
        {
            var ways = measures.Where(other => other.Name == measure.Name).ToArray();
            if (ways.Length == 1)
            {
                return measure.Name;
            }

            var letter = (char)('a' + Array.IndexOf(ways, measure));
            if (letter != 'a')
            {
                notes.Add($"{measure.Name}: [a] and [{letter}] cannot be compared; "
                    + $"they differ in {ProtocolDifference.Between(How(ways[0]), How(measure))}");
            }

            return $"{measure.Name} [{letter}]";
        }).ToArray();
        return (headings, notes);

        JsonNode? How(Measure measure) => measure.Protocol is { } hash ? protocols.GetValueOrDefault(hash) : null;
    }

    /// <summary><c>top-1</c> of <c>top-1 (k=20)</c>.</summary>
    private static string Kind(SubjectResult result) => result.Metric.Split(' ')[0];
}
