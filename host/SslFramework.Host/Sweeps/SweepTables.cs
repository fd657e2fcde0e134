using System.Globalization;
using System.Text.Json.Nodes;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Host.Comparison;

namespace SslFramework.Host.Sweeps;

/// <summary>The numbers of a sweep: the mean over seeds with its 95 % interval, or, of one seed, the number with its own.</summary>
internal sealed class SweepTables
{
    private readonly SweepFile file;
    private readonly SweepLayout layout;
    private readonly (SweepPoint Point, EvaluatedRun Run)[] points;
    private readonly IReadOnlyList<Contender> rows;
    private readonly IReadOnlyList<Measure> measures;
    private readonly IReadOnlyList<Measure> shown; // what is drawn, the one that is ranked by first
    private readonly Dictionary<string, JsonNode?> protocols;

    /// <summary>Puts the completed points of a sweep together.</summary>
    public SweepTables(SweepFile file, IEnumerable<SweepOutcome> outcomes)
    {
        (this.file, layout) = (file, file.Table);
        points =
        [
            .. outcomes.Where(o => o.Run is { Results.Count: > 0 })
                .GroupBy(o => o.Point.Label)
                .Select(group => (group.First().Point, OverSeeds([.. group.Select(o => o.Run!)], group.Key))),
        ];
        protocols = points.SelectMany(p => p.Run.Protocols).DistinctBy(p => p.Key).ToDictionary();
        measures = Measure.MainOf(points.SelectMany(p => p.Run.Results));
        shown = [.. measures.Where(m => layout.Measure is null || m.Name.StartsWith(layout.Measure, StringComparison.Ordinal))];
        var all = Contender.Of([.. points.Select(p => p.Run)]);
        rows =
        [
            .. all.Where(row => row.Baseline),
            .. all.Where(row => !row.Baseline).OrderByDescending(BestOfRanking),
        ];
    }

    /// <summary>All points, the best on top, below the baselines.</summary>
    public ResultTable Ranked() => WithSpread(ComparisonTables.ByMeasure(rows, measures, protocols));

    /// <summary>The tables to draw: rows are lines, or the rows of a map.</summary>
    public IReadOnlyList<SweepChart> Charts()
    {
        if (shown.Count == 0)
        {
            return [];
        }

        if (layout.Columns == SweepLayout.Layer)
        {
            var tables = ComparisonTables.ByLayer(rows, shown, protocols);
            return [.. tables.Select(table => new SweepChart(WithSpread(table), ChartKind.Lines, SweepLayout.Layer))];
        }

        if (layout.Columns == SweepLayout.Metric)
        {
            string[] metrics = [.. shown.Select(m => m.Metric.Split(' ', 2) is [_, var rest] ? rest.Trim('(', ')') : m.Metric)];
            var lines = rows.Select(row => RowOf(row, shown)).ToArray();
            var table = new ResultTable(layout.Measure ?? shown[0].Evaluator, "run", metrics, lines, []);
            return [new(WithSpread(table.Marked()), ChartKind.Lines, "")];
        }

        string[] axes = [.. points.SelectMany(p => p.Point.Place).Select(p => p.Axis).Distinct()];
        var columns = layout.Columns ?? (axes.Length == 1 && points.All(p => IsNumber(p.Point.At(axes[0]))) ? axes[0] : null);
        return [columns is null ? Bars() : Across(columns, axes)];
    }

    /// <summary>
    /// A column for each value of an axis, a row for each combination of the others; of one axis, a row for each measure.
    /// </summary>
    private SweepChart Across(string axis, string[] axes)
    {
        string[] values = [.. SweepGrid.ValuesOf(file, axis).Concat(points.Select(p => p.Point.At(axis)).OfType<string>()).Distinct()];
        ResultRow[] lines = axes.Length == 1
            ? [.. shown.Select(m => Line(m.Name, "", m))]
            : [.. points.Select(p => Others(p.Point)).Distinct().Select(row => Line(row, row, shown[0]))];
        var corner = axes.Length == 1 ? "measure" : string.Join(", ", axes.Where(a => a != axis).Select(SweepPoint.ShortName));
        var table = new ResultTable(axes.Length == 1 ? "top-1" : shown[0].Name, corner, values, lines, []);
        var numbers = values.All(IsNumber);
        return numbers
            ? new(WithSpread(table.Marked(axes.Length == 1 ? Among.Row : Among.All)), ChartKind.Lines, SweepPoint.ShortName(axis))
            : new(table.Marked(Among.All), ChartKind.Map, SweepPoint.ShortName(axis));

        ResultRow Line(string name, string row, Measure measure) =>
            new(name, false, [.. values.Select(value => At(value, row, measure))]);

        string Others(SweepPoint point) => string.Join(", ", point.Place.Where(p => p.Axis != axis).Select(p => p.Value));

        Cell? At(string value, string row, Measure measure)
        {
            var name = points.FirstOrDefault(p => p.Point.At(axis) == value && Others(p.Point) == row).Run?.Name;
            var found = rows.FirstOrDefault(r => !r.Baseline && r.Name == name);
            return found is null ? null : ComparisonTables.Best(found, measure)! with { Layer = null };
        }
    }

    private SweepChart Bars()
    {
        var first = shown[0];
        var table = new ResultTable(first.Name, "point", [first.Name], [.. rows.Select(row => RowOf(row, [first]))], []);
        return new(WithSpread(table.Marked()), ChartKind.Bars, "");
    }

    private double? BestOfRanking(Contender row) => shown.Count == 0 ? null : ComparisonTables.Best(row, shown[0])?.Value;

    private static ResultRow RowOf(Contender row, IEnumerable<Measure> measures) =>
        new(row.Name, row.Baseline, [.. measures.Select(measure => ComparisonTables.Best(row, measure))]);

    private static EvaluatedRun OverSeeds(IReadOnlyList<EvaluatedRun> seeds, string name) => new(
        name,
        seeds.Average(run => run.Seconds),
        [.. seeds.SelectMany(run => run.Results).GroupBy(r => (r.Subject, r.Evaluator, r.Metric, r.Layer, r.Protocol)).Select(group =>
        {
            // Weights that are the same with every seed, as pixels have none, were measured once.
            double[] values = [.. group.DistinctBy(r => r.Backbone ?? "").Select(r => r.Value)];
            var interval = Confidence.OfMean(values) is { } mean ? [mean.Low, mean.High] : group.First().Interval;
            return group.First() with
            {
                Value = values.Average(),
                Interval = interval,
                Backbone = string.Concat(group.Select(r => r.Backbone)),
            };
        })],
        seeds.SelectMany(run => run.Protocols).DistinctBy(p => p.Key).ToDictionary());

    private static ResultTable WithSpread(ResultTable table) => table with
    {
        Rows = [.. table.Rows.Select(row => row with { Cells = [.. row.Cells.Select(WithSpread)] })],
    };

    private static Cell? WithSpread(Cell? cell) => cell is null ? null : cell with { WithSpread = true };

    private static bool IsNumber(string? value) => double.TryParse(value, CultureInfo.InvariantCulture, out _);
}
