namespace SslFramework.Host.Evaluation;

/// <summary>What must be said below a table of results.</summary>
internal static class ResultNotes
{
    private const string WithoutLabels =
        "Effective rank, deviation, uniformity and alignment say how features lie, and are no scores: "
        + "random weights and raw pixels often have a higher rank. "
        + "Look at the rank of the last layer: near 1, or falling from epoch to epoch, it tells a collapse. "
        + "Whether something was learned is told by knn on some labeled images and by the nearest neighbors in the report.";

    /// <summary>A sentence for each remark, with what it is about, and how numbers without labels are to be read.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<SubjectResult> results) =>
    [
        .. results.Where(r => r.Remark is not null).GroupBy(r => (r.Subject, r.Layer, r.Remark))
            .Select(group => $"{Evaluators(group)} of {group.Key.Subject}, layer {group.Key.Layer}: {group.Key.Remark}"),
        .. results.Any(r => r is { Evaluator: "diagnostics", Kind: MeasurementKind.Description }) ? [WithoutLabels] : Array.Empty<string>(),
    ];

    private static string Evaluators(IEnumerable<SubjectResult> results) => string.Join(", ", results.Select(r => r.Evaluator).Distinct());
}
