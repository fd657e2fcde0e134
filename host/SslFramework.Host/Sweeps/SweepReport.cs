using System.Text;
using System.Text.Json.Nodes;
using SslFramework.Core.Storage;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Reports;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Sweeps;

/// <summary>
/// What a sweep found, on the terminal and in its folder: <c>results.md</c>, <c>results.csv</c>, <c>results.json</c>, <c>results.png</c>.
/// </summary>
internal sealed class SweepReport
{
    private readonly SweepFile file;
    private readonly IReadOnlyList<SweepOutcome> outcomes;
    private readonly ResultTable ranked;
    private readonly IReadOnlyList<SweepChart> charts;

    /// <summary>Puts together what is known so far.</summary>
    public SweepReport(SweepFile file, IReadOnlyList<SweepOutcome> outcomes)
    {
        (this.file, this.outcomes) = (file, outcomes);
        var tables = new SweepTables(file, outcomes);
        ranked = tables.Ranked() with { Title = file.Name };
        charts = tables.Charts();
    }

    /// <summary>Tables on stdout; what did not complete on stderr.</summary>
    public void Print()
    {
        ResultTable.Print([.. Tables]);

        foreach (var missing in outcomes.Where(o => o.Status is not "completed"))
        {
            Messages.Say($"{missing.Point.Experiment.Name}: {missing.Status}{(missing.Reason is null ? "" : $": {missing.Reason}")}");
        }
    }

    /// <summary>Writes the files.</summary>
    /// <exception cref="ExperimentException">They cannot be written.</exception>
    public void Save(string folder)
    {
        Write("results.md", Markdown());
        Write("results.csv", ranked.Csv());
        Write("results.json", Json.Text(ToJson()) + "\n");
        for (var i = 0; i < charts.Count; i++)
        {
            charts[i].Save(Path.Combine(folder, i == 0 ? "results.png" : $"results-{i + 1}.png"), file.Name);
        }

        void Write(string name, string text) => DurableFile.WriteText(Path.Combine(folder, name), text);
    }

    /// <summary>Everything, every interval and every point's fate.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = file.Name,
        ["paper"] = file.Paper,
        ["points"] = new JsonArray([.. outcomes.Select(o => new JsonObject
        {
            ["run"] = o.Point.Experiment.Name,
            ["at"] = new JsonObject(o.Point.Place.Select(p => KeyValuePair.Create(p.Axis, (JsonNode?)p.Value))),
            ["seed"] = o.Point.Experiment.Seed,
            ["status"] = o.Status,
            ["reason"] = o.Reason,
            ["trainingSeconds"] = o.Run is null ? null : Json.Number(o.Run.Seconds),
        })]),
        ["tables"] = new JsonArray([.. Tables.Select(table => table.ToJson())]),
    };

    private IEnumerable<ResultTable> Tables =>
        charts.Where(chart => chart.Kind != ChartKind.Bars).Select(chart => chart.Table).Prepend(ranked);

    private string Markdown()
    {
        var text = new StringBuilder().Append("# ").AppendLine(file.Name).AppendLine();
        string[] paragraphs = [file.Description, file.Paper.Length == 0 ? "" : $"The paper: {file.Paper}"];
        foreach (var paragraph in paragraphs.Where(paragraph => paragraph.Length > 0))
        {
            text.AppendLine(paragraph).AppendLine();
        }

        foreach (var table in Tables)
        {
            text.Append("## ").AppendLine(table.Title).AppendLine().AppendLine(table.Markdown());
        }

        foreach (var missing in outcomes.Where(o => o.Status is not "completed"))
        {
            text.AppendLine($"* {missing.Point.Experiment.Name}: {missing.Status}. {MarkdownText.Escaped(missing.Reason ?? "")}");
        }

        var seeds = outcomes.Select(o => o.Point.Experiment.Seed).Distinct().Count();
        text.AppendLine(seeds == 1
            ? "± is the 95 % confidence interval that so few test images leave (Wilson); "
                + "one seed, so that the luck of a training is not in it."
            : $"± is the 95 % confidence interval of the mean over {seeds} seeds (Student's t).");
        return text.ToString();
    }
}
