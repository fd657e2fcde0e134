using System.Globalization;

namespace SslFramework.Host.Reports;

/// <summary>Lines over a common axis, as SVG: round ticks, a legend, and the numbers on hover.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Across">What the horizontal axis is.</param>
/// <param name="Lines">From the most to the least important.</param>
internal sealed record LineChart(string Title, string Across, IReadOnlyList<Series> Lines)
{
    private const int Colors = 8; // of the page's style
    private const int MostStrips = 120;

    /// <summary>Names instead of numbers along the horizontal axis, at 0, 1, 2 …</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Where the vertical axis must reach.</summary>
    public (double Low, double High)? Reach { get; init; }

    /// <summary>Said below.</summary>
    public string Note { get; init; } = "";

    /// <summary>The figure, or nothing if no line has a point.</summary>
    public Html Draw()
    {
        var lines = Lines.Select(line => line.Drawable()).Where(line => line.Points.Count > 0).Select(line => line.Thinned()).ToArray();
        if (lines.Length == 0)
        {
            return Html.None;
        }

        var points = lines.SelectMany(line => line.Points).ToArray();
        var frame = FrameOf(points);
        var middle = (ChartFrame.Left + ChartFrame.End) / 2;
        return Html.Of($"""
            <figure class="chart"><figcaption>{Title}</figcaption>
            <svg viewBox="0 0 {ChartFrame.Width} {ChartFrame.Height}" role="img" aria-label="{Title}">
            {Html.Each(frame.Up.Values, y => UpTick(frame, y))}
            {AcrossTicks(frame, points)}<text class="tick mid" x="{middle}" y="{ChartFrame.Height - 3}">{Across}</text>
            {Html.Each(lines.Index(), line => Line(frame, line.Item, line.Index))}{Strips(frame, lines, points)}
            </svg>{Legend(lines)}{(Note.Length == 0 ? Html.None : Html.Note(Note))}</figure>
            """);
    }

    private ChartFrame FrameOf(ChartPoint[] points)
    {
        double[] reach = Reach is { } given ? [given.Low, given.High] : [];
        double[] heights = [.. points.SelectMany(p => p.Interval ?? [p.Y]), .. points.Select(p => p.Y), .. reach];
        var up = AxisTicks.Around(heights.Min(), heights.Max());
        if (Names is not null)
        {
            return new(-0.4, Names.Count - 0.6, up, ChartFrame.Height - 60);
        }

        var (from, to) = (points.Min(p => p.X), points.Max(p => p.X));
        var margin = from == to ? 0.5 : 0; // a single place lies in the middle
        return new(from - margin, to + margin, up, ChartFrame.Height - 40);
    }

    private static Html UpTick(ChartFrame frame, double y)
    {
        var at = frame.Y(y);
        return Html.Of(
            $"""<path class="grid" d="M{ChartFrame.Left} {at:0.#}H{ChartFrame.End}"/>"""
            + $"""<text class="tick end" x="{ChartFrame.Left - 6}" y="{at + 4:0.#}">{AxisTicks.Text(y)}</text>""");
    }

    private Html AcrossTicks(ChartFrame frame, ChartPoint[] points)
    {
        if (Names is not null)
        {
            return Html.Each(Names.Index(), name => NameTick(frame, name.Index, name.Item));
        }

        var (low, high) = (points.Min(p => p.X), points.Max(p => p.X));
        var ticks = low == high ? new AxisTicks([low]) : AxisTicks.Around(low, high);
        return Html.Each(ticks.Values.Where(frame.Holds), x => AcrossTick(frame, x));
    }

    private static Html AcrossTick(ChartFrame frame, double x) => Html.Of(
        $"""<path class="grid" d="M{frame.X(x):0.#} {frame.Bottom}v4"/>"""
        + $"""<text class="tick mid" x="{frame.X(x):0.#}" y="{frame.Bottom + 18}">{AxisTicks.Text(x)}</text>""");

    private static Html NameTick(ChartFrame frame, int place, string name) => Html.Of(
        $"""<text class="tick end" transform="translate({frame.X(place) + 4:0.#} {frame.Bottom + 12}) rotate(-25)">"""
        + $"""{Short(name)}<title>{name}</title></text>""");

    private static Html Line(ChartFrame frame, Series line, int place)
    {
        var path = string.Join(' ', line.Points.Select(p => $"{frame.X(p.X):0.##},{frame.Y(p.Y):0.##}"));
        var marked = line.Marked || line.Points.Count == 1 ? line.Points : [];
        return Html.Of($"""
            <g class="{Color(line, place)}"><polyline class="line{(line.Dashed ? " dashed" : "")}" points="{path}"/>
            {Html.Each(line.Points.Where(p => p.Interval is not null), p => Bar(frame, p.X, p.Interval!))}
            {Html.Each(marked, p => Mark(frame, p))}</g>
            """);
    }

    private static Html Bar(ChartFrame frame, double x, double[] ends) =>
        Html.Of($"""<path class="bar" d="M{frame.X(x):0.##} {frame.Y(ends[0]):0.##}V{frame.Y(ends[1]):0.##}"/>""");

    private static Html Mark(ChartFrame frame, ChartPoint p) =>
        Html.Of($"""<circle class="mark" cx="{frame.X(p.X):0.##}" cy="{frame.Y(p.Y):0.##}" r="3"/>""");

    /// <summary>What shows the numbers when the pointer rests on a place.</summary>
    private Html Strips(ChartFrame frame, Series[] lines, ChartPoint[] points)
    {
        double[] places = [.. points.Select(p => p.X).Distinct().Order()];
        places = [.. places.Where((_, i) => i % ((places.Length / MostStrips) + 1) == 0)];
        return Html.Each(Enumerable.Range(0, places.Length), i =>
        {
            var left = i == 0 ? ChartFrame.Left : frame.X((places[i - 1] + places[i]) / 2);
            var right = i == places.Length - 1 ? ChartFrame.End : frame.X((places[i] + places[i + 1]) / 2);
            var (width, height) = (right - left, frame.Bottom - ChartFrame.Top);
            return Html.Of(
                $"""<rect class="strip" x="{left:0.##}" y="{ChartFrame.Top}" width="{width:0.##}" height="{height}">"""
                + $"""<title>{NumbersAt(places[i], lines)}</title></rect>""");
        });
    }

    private string NumbersAt(double x, Series[] lines)
    {
        var place = Names is null ? string.Create(CultureInfo.InvariantCulture, $"{Across} {x:0.##}") : Names[(int)x];
        return string.Join('\n', lines.Select(line => NumberAt(x, line)).Prepend(place));
    }

    private static string NumberAt(double x, Series line)
    {
        var point = line.Points.MinBy(p => Math.Abs(p.X - x))!;
        return $"{line.Name}: {point.Y:G4}{(point.Interval is [var low, var high] ? $" ({low:G4} to {high:G4})" : "")}";
    }

    private Html Legend(Series[] lines) => lines.Length == 1 && lines[0].Name == Title
        ? Html.None
        : Html.Of($"""<p class="legend">{Html.Each(lines.Index(), line => Key(line.Item, line.Index))}</p>""");

    private static Html Key(Series line, int place)
    {
        var style = line.Dashed ? "key dashed" : "key";
        return Html.Of($"""<span class="{Color(line, place)}"><i class="{style}"></i>{line.Name}</span> """);
    }

    private static string Color(Series line, int place) => $"s{(line.Color ?? place) % Colors}";

    private static string Short(string name) => name.Length <= 12 ? name : $"{name[..5]}…{name[^5..]}";
}
