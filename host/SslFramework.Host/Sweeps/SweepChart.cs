extern alias plots;

using System.Globalization;
using plots::ScottPlot;
using plots::ScottPlot.Plottables;
using SslFramework.Host.Comparison;

namespace SslFramework.Host.Sweeps;

/// <summary>A table as a picture.</summary>
/// <param name="Table">Rows are lines, bars, or the rows of a map.</param>
/// <param name="Kind">Which.</param>
/// <param name="Axis">What the columns are.</param>
internal sealed record SweepChart(ResultTable Table, ChartKind Kind, string Axis)
{
    private const double LogarithmicFrom = 10; // largest to smallest value of an axis
    private const int Width = 760;
    private const int Height = 440;
    private const int WidthOfALetter = 8; // in the legend, beside the lines
    private const int LettersBeside = 20;

    /// <summary>Writes a PNG.</summary>
    public void Save(string path, string title)
    {
        using var plot = new Plot();
        plot.Title(title, size: 16);
        switch (Kind)
        {
            case ChartKind.Lines:
                DrawLines(plot);
                break;
            case ChartKind.Bars:
                DrawBars(plot);
                break;
            default:
                DrawMap(plot);
                break;
        }

        var legend = Kind == ChartKind.Lines ? Math.Max(0, Table.Rows.Max(row => row.Name.Length) - LettersBeside) : 0;
        var height = Kind == ChartKind.Bars ? Math.Max(Height, 120 + (28 * Table.Rows.Count)) : Height;
        plot.SavePng(path, Width + (WidthOfALetter * legend), height);
    }

    private void DrawLines(Plot plot)
    {
        var positions = Positions();
        foreach (var row in Table.Rows)
        {
            var drawn = row.Cells.Select((cell, i) => (Cell: cell, X: positions[i])).Where(p => p.Cell is not null).ToArray();
            double[] xs = [.. drawn.Select(p => p.X)];
            double[] ys = [.. drawn.Select(p => p.Cell!.Value)];
            var line = plot.Add.Scatter(xs, ys);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (row.Name, 2, 6);
            line.LinePattern = row.Baseline ? LinePattern.Dashed : LinePattern.Solid;
            if (drawn.All(p => p.Cell!.Interval is not null))
            {
                // An interval need not be symmetric: Wilson's is not.
                double[] below = [.. drawn.Select(p => p.Cell!.Value - p.Cell.Interval![0])];
                double[] above = [.. drawn.Select(p => p.Cell!.Interval![1] - p.Cell.Value)];
                plot.PlottableList.Add(new ErrorBar(xs, ys, null, null, below, above) { Color = line.Color });
            }
        }

        plot.Axes.Bottom.SetTicks(positions, [.. Table.Columns]);
        plot.XLabel(Axis);
        plot.YLabel($"{Table.Title} (%)");
        plot.ShowLegend(Edge.Right);
    }

    private void DrawBars(Plot plot)
    {
        var rows = Table.Rows.Reverse().Where(row => row.Cells[0] is not null).ToArray(); // the first row on top
        var bars = plot.Add.Bars(rows.Select((row, i) => new Bar
        {
            Position = i,
            Value = row.Cells[0]!.Value,
            Error = row.Cells[0]!.Interval is [var low, var high] ? (high - low) / 2 : 0,
            FillColor = row.Baseline ? Colors.LightGray : Colors.SteelBlue,
            LineWidth = 0,
        }).ToArray());
        bars.Horizontal = true;
        plot.Axes.Left.SetTicks([.. rows.Select((_, i) => (double)i)], [.. rows.Select(row => row.Name)]);
        plot.XLabel($"{Table.Title} (%)");
        var ends = rows.Select(row => row.Cells[0]!).SelectMany(cell => cell.Interval ?? [cell.Value]).ToArray();
        plot.Axes.SetLimitsX(Math.Max(0, ends.Min() - 5), ends.Max() + 2); // bars that begin at 0 would all look alike
    }

    private void DrawMap(Plot plot)
    {
        var (rows, columns) = (Table.Rows.Count, Table.Columns.Count);
        var values = new double[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                values[r, c] = Table.Rows[r].Cells[c]?.Value ?? double.NaN;
            }
        }

        var map = plot.Add.Heatmap(values);
        map.Colormap = new plots::ScottPlot.Colormaps.Viridis();
        map.NaNCellColor = Colors.White;
        var known = values.Cast<double>().Where(double.IsFinite).ToArray();
        var middle = (known.Min() + known.Max()) / 2;
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                if (Table.Rows[r].Cells[c] is { } cell)
                {
                    var text = plot.Add.Text(cell.Value.ToString("F1", CultureInfo.InvariantCulture), c, rows - 1 - r);
                    (text.LabelAlignment, text.LabelFontSize, text.LabelBold) = (Alignment.MiddleCenter, 14, cell.Best);
                    text.LabelFontColor = cell.Value > middle ? Colors.Black : Colors.White;
                }
            }
        }

        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, columns).Select(i => (double)i)], [.. Table.Columns]);
        var places = Enumerable.Range(0, rows).Select(i => (double)(rows - 1 - i));
        plot.Axes.Left.SetTicks([.. places], [.. Table.Rows.Select(row => row.Name)]);
        plot.XLabel(Axis);
        plot.YLabel(Table.Corner);
        plot.Add.ColorBar(map).Label = $"{Table.Title} (%)";
        plot.Grid.IsVisible = false;
        plot.Axes.Margins(0, 0);
    }

    /// <summary>Numbers at their place, or at their logarithm's where they span much; names side by side.</summary>
    private double[] Positions()
    {
        double[] numbers = [.. Table.Columns.Select(c => double.TryParse(c, CultureInfo.InvariantCulture, out var x) ? x : double.NaN)];
        return numbers.Any(double.IsNaN) ? [.. numbers.Select((_, i) => (double)i)]
            : numbers.Min() > 0 && numbers.Max() / numbers.Min() >= LogarithmicFrom ? [.. numbers.Select(Math.Log10)]
            : numbers;
    }
}

/// <summary>Kinds of pictures.</summary>
internal enum ChartKind
{
    /// <summary>A line for each row.</summary>
    Lines,

    /// <summary>A bar for each row.</summary>
    Bars,

    /// <summary>A colored cell for each number.</summary>
    Map,
}
