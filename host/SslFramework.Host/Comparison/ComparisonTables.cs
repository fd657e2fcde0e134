using System.Text.Json.Nodes;

namespace SslFramework.Host.Comparison;

/// <summary>The tables of the papers: methods down, protocols or layers across, baselines on top.</summary>
internal static class ComparisonTables
{
    /// <summary>One table: how long training took, and a column for each measure, the best layer in each cell.</summary>
    public static ResultTable ByMeasure(
        IReadOnlyList<Contender> rows, IReadOnlyList<Measure> measures, IReadOnlyDictionary<string, JsonNode?> protocols)
    {
        var (headings, notes) = Measure.Headings(measures, protocols);
        return new ResultTable(
            "Best layer of each run",
            "run",
            ["training (s)", .. headings],
            [.. rows.Select(row => Row(row, [Time(row), .. measures.Select(measure => Best(row, measure))]))],
            notes).Marked();
    }

    /// <summary>For each measure and kind of network, a table with a column for each layer, from input to output.</summary>
    public static IReadOnlyList<ResultTable> ByLayer(
        IReadOnlyList<Contender> rows, IReadOnlyList<Measure> measures, IReadOnlyDictionary<string, JsonNode?> protocols)
    {
        var (headings, notes) = Measure.Headings(measures, protocols);
        var tables = new List<ResultTable>();
        foreach (var (measure, heading) in measures.Zip(headings))
        {
            var measured = rows.Select(row => (Row: row, Layers: LayersOf(row, measure))).Where(pair => pair.Layers.Length > 0).ToArray();

            // Pixels, a baseline of one layer, stand beside every network.
            var networks = measured
                .Where(pair => !pair.Row.Baseline || pair.Layers.Length > 1)
                .Select(pair => pair.Layers)
                .DistinctBy(layers => string.Join('\n', layers));
            tables.AddRange(networks.Select(layers => new ResultTable(
                heading,
                "run",
                layers,
                [.. measured
                    .Where(pair => pair.Layers.SequenceEqual(layers) || (pair.Row.Baseline && pair.Layers.Length == 1))
                    .Select(pair => Row(pair.Row, layers.Select(layer => At(pair.Row, measure, layer))))],
                [.. notes.Where(note => note.StartsWith($"{measure.Name}: ", StringComparison.Ordinal))]).Marked()));
        }

        return tables;
    }

    /// <summary>
    /// The layer where a measure is highest, named where there are several: pretext tasks peak before the last one. Of what is neither
    /// good nor bad, the backbone's own output, which stands first.
    /// </summary>
    public static Cell? Best(Contender row, Measure measure)
    {
        var results = row.Results.Where(measure.Covers).ToArray();
        var best = results is [{ Kind: MeasurementKind.Description } first, ..] ? first : results.MaxBy(r => r.Value);
        return best is null ? null : new Cell(best.Value, best.Interval, results.Any(r => r.Layer != best.Layer) ? best.Layer : null);
    }

    private static Cell? At(Contender row, Measure measure, string layer) =>
        row.Results.FirstOrDefault(r => measure.Covers(r) && r.Layer == layer) is { } result
            ? new Cell(result.Value, result.Interval)
            : null;

    private static Cell? Time(Contender row) => row.Seconds is { } seconds ? new Cell(seconds) { Digits = 0 } : null;

    /// <summary>From input to output. Evaluators measure the backbone's own output first, which is the last of them.</summary>
    private static string[] LayersOf(Contender row, Measure measure)
    {
        string[] layers = [.. row.Results.Where(measure.Covers).Select(r => r.Layer).Distinct()];
        return layers.Length > 1 ? [.. layers[1..], layers[0]] : layers;
    }

    private static ResultRow Row(Contender row, IEnumerable<Cell?> cells) => new(row.Name, row.Baseline, [.. cells]);
}
