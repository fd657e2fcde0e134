using System.Text.RegularExpressions;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What was logged, as curves: training, the monitor, collapse, time and memory.</summary>
internal static partial class CurveSections
{
    private const string Deviation = "featureDeviation";
    private const string Rank = "featureRank";
    private const int MostMarked = 60; // points
    private static readonly string[] First = ["loss", "learningRate", "gradientNorm"];

    public static ReportSection Training(RunRecord run)
    {
        var rest = run.Metrics.Keys.Where(key => !First.Contains(key) && key is not (Deviation or Rank) && !IsMeasured(key));
        return Charts(
            "Training",
            First.Where(run.Metrics.ContainsKey).Concat(rest).Select(key => Of(run.Metrics, key, "epoch")),
            "Nothing was logged yet; the first numbers come after training.logEvery steps of 'ssl train'.");
    }

    public static ReportSection Monitor(RunRecord run) => Charts(
        "Measured while training",
        run.Metrics.Keys.Where(IsMeasured).Select(key => Of(run.Metrics, key, "epoch", marked: true)),
        "Nothing was measured while training; ssl train FILE --set 'monitor={\"every\":1,\"evaluators\":[\"knn\"]}' "
            + "draws a curve of kNN accuracy where images have labels.");

    public static ReportSection Collapse(RunRecord run) => Charts(
        "Collapse",
        new[]
        {
            Of(run.Metrics, Deviation, "epoch", marked: true) with
            {
                Title = "Deviation of the features",
                Reach = (0, 1),
                Note = "1 where features point everywhere, 0 where all images have the same ones. "
                    + "A loss that falls while this falls too is a collapse.",
            },
            Of(run.Metrics, Rank, "epoch", marked: true) with
            {
                Title = "Effective rank of the features",
                Reach = (0, 1),
                Note = "Dimensions in which the features of up to 256 images differ.",
            },
        },
        "How spread the features are is measured at the end of each epoch of 'ssl train'; none has ended yet.");

    public static ReportSection Resources(RunRecord run)
    {
        var charts = new List<LineChart>
        {
            Of(run.Timing, "imagesPerSecond", "step") with { Title = "Images a second", Reach = (0, 0) },
            Of(run.Timing, "memoryMegabytes", "step") with { Title = "Memory of the process (MB)", Reach = (0, 0) },
        };
        if (run.Timing.ContainsKey("gpuMegabytes"))
        {
            charts.Add(Of(run.Timing, "gpuMegabytes", "step") with { Title = "Memory of the GPU (MB)", Reach = (0, 0) });
        }

        var section = Charts(
            "Time and memory", charts, "Times are logged after training.logEvery steps of 'ssl train'; there is none yet.");
        if (run.Status.TrainingSeconds <= 0)
        {
            return section;
        }

        var waited = run.Timing.GetValueOrDefault("dataWaitSeconds")?[^1].Y;
        var sentence = $"{Short(run.Status.TrainingSeconds)} of training and {Short(run.Status.EvaluationSeconds)} of evaluation."
            + (waited is { } seconds ? $" Of the last start's training, {seconds:N1} s were waiting for images." : "");
        return section with { Body = Html.Of($"<p>{sentence}</p>{section.Body}"), Markdown = $"{sentence}\n\n{section.Markdown}" };
    }

    /// <summary>What an evaluator measured: its numbers have the evaluator's name and a space before the metric's.</summary>
    public static bool IsMeasured(string key) => key.Contains(' ', StringComparison.Ordinal);

    /// <summary>What a chart calls a number: <c>learning rate</c>; <c>knn top-1 (k=20), %</c>.</summary>
    public static string Named(string key) => !IsMeasured(key)
        ? CapitalLetter().Replace(key, letter => $" {letter.Value.ToLowerInvariant()}")
        : key.Contains(" top-", StringComparison.Ordinal) || key.EndsWith(" mAP", StringComparison.Ordinal) ? $"{key}, %" : key;

    private static string Short(double seconds) => ErrorTerminal.Short(TimeSpan.FromSeconds(seconds));

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex CapitalLetter();

    private static LineChart Of(
        IReadOnlyDictionary<string, IReadOnlyList<ChartPoint>> curves, string key, string across, bool marked = false)
    {
        var points = curves.GetValueOrDefault(key) ?? [];
        return new(Named(key), across, [new Series(Named(key), points) { Marked = marked && points.Count is > 0 and <= MostMarked }]);
    }

    private static ReportSection Charts(string title, IEnumerable<LineChart> charts, string missing)
    {
        var drawn = charts.Where(chart => chart.Lines[0].Points.Count > 0).ToArray();
        return drawn.Length == 0
            ? ReportSection.Missing(title, missing)
            : new ReportSection(
                title,
                Html.Of($"""<div class="charts">{Html.Each(drawn, chart => NamedAsItsTitle(chart).Draw())}</div>"""),
                MarkdownText.Table(["", "first", "last", "lowest", "highest"], drawn.Select(Extremes)));
    }

    private static LineChart NamedAsItsTitle(LineChart chart) => chart with { Lines = [chart.Lines[0] with { Name = chart.Title }] };

    private static string[] Extremes(LineChart chart)
    {
        var points = chart.Lines[0].Points;
        double[] numbers = [points[0].Y, points[^1].Y, points.Min(point => point.Y), points.Max(point => point.Y)];
        return [chart.Title, .. numbers.Select(number => $"{number:G4}")];
    }
}
