using System.Globalization;

namespace SslFramework.Host.Reports;

/// <summary>Lines over a common axis, as SVG: round ticks, a legend, and the numbers on hover.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Across">What the horizontal axis is.</param>
/// <param name="Lines">From the most to the least important.</param>
internal sealed record LineChart(string Title, string Across, IReadOnlyList<Series> Lines)
{
    private const double Width = 420;
    private const double Height = 260;
    private const double Left = 58;
    private const double Right = 10;
    private const double Top = 10;
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
        Series[] lines = [.. Lines.Select(line => line.Drawable()).Where(line => line.Points.Count > 0).Select(line => line.Thinned())];
        if (lines.Length == 0)
        {
            return Html.None;
        }

        var area = Area.Around([.. lines.SelectMany(line => line.Points)], Reach, Names?.Count);
        var (middle, below) = ((Left + Width - Right) / 2, Height - 3);
        var note = Note.Length == 0 ? Html.None : Html.Note(Note);
        return Html.Of($"""
            <figure class="chart"><figcaption>{Title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Title}">
            {Html.Join(area.Up.Values.Select(y => TickUp(area, y)))}
            {TicksAcross(area)}<text class="tick mid" x="{middle}" y="{below}">{Across}</text>
            {Html.Join(lines.Select((line, place) => Line(area, line, place)))}{Strips(area, lines)}
            </svg>{Legend(lines)}{note}</figure>
            """);
    }

    private static Html TickUp(Area area, double value)
    {
        var y = area.Y(value);
        return Html.Of($"""
            <path class="grid" d="M{Left} {y:0.#}H{Width - Right}"/><text class="tick end" x="{Left - 6}" y="{y + 4:0.#}">{AxisTicks.Text(value)}</text>
            """);
    }

    private Html TicksAcross(Area area) => Names is null
        ? Html.Join(area.Across!.Values.Where(area.Holds).Select(value => TickAcross(area, value)))
        : Html.Join(Names.Select((name, place) => NameAcross(area, name, place)));

    private static Html TickAcross(Area area, double value)
    {
        var x = area.X(value);
        return Html.Of($"""
            <path class="grid" d="M{x:0.#} {area.Bottom}v4"/><text class="tick mid" x="{x:0.#}" y="{area.Bottom + 18}">{AxisTicks.Text(value)}</text>
            """);
    }

    private static Html NameAcross(Area area, string name, int place) => Html.Of($"""
        <text class="tick end" transform="translate({area.X(place) + 4:0.#} {area.Bottom + 12}) rotate(-25)">{Short(name)}<title>{name}</title></text>
        """);

    private static Html Line(Area area, Series line, int place)
    {
        var path = string.Join(' ', line.Points.Select(point => $"{area.X(point.X):0.##},{area.Y(point.Y):0.##}"));
        var bars = line.Points.Where(point => point.Interval is not null).Select(point => Bar(area, point));
        var marks = line.Marked || line.Points.Count == 1 ? line.Points.Select(point => Mark(area, point)) : [];
        return Html.Of($"""
            <g class="{Color(line, place)}"><polyline class="{(line.Dashed ? "line dashed" : "line")}" points="{path}"/>
            {Html.Join(bars)}
            {Html.Join(marks)}</g>
            """);
    }

    private static Html Bar(Area area, ChartPoint point) =>
        Html.Of($"""<path class="bar" d="M{area.X(point.X):0.##} {area.Y(point.Interval![0]):0.##}V{area.Y(point.Interval[1]):0.##}"/>""");

    private static Html Mark(Area area, ChartPoint point) =>
        Html.Of($"""<circle class="mark" cx="{area.X(point.X):0.##}" cy="{area.Y(point.Y):0.##}" r="3"/>""");

    /// <summary>Strips over the chart, each of which shows the numbers at its place.</summary>
    private Html Strips(Area area, Series[] lines)
    {
        double[] places = [.. lines.SelectMany(line => line.Points).Select(point => point.X).Distinct().Order()];
        places = [.. places.Where((_, i) => i % ((places.Length / MostStrips) + 1) == 0)];
        return Html.Join(places.Select((x, i) =>
        {
            var left = i == 0 ? Left : area.X((places[i - 1] + x) / 2);
            var right = i == places.Length - 1 ? Width - Right : area.X((x + places[i + 1]) / 2);
            var title = Names is null ? string.Create(CultureInfo.InvariantCulture, $"{Across} {x:0.##}") : Names[(int)x];
            var text = string.Join('\n', lines.Select(line => Numbers(line, x)).Prepend(title));
            return Html.Of($"""
                <rect class="strip" x="{left:0.##}" y="{Top}" width="{right - left:0.##}" height="{area.Bottom - Top}"><title>{text}</title></rect>
                """);
        }));
    }

    private static string Numbers(Series line, double x)
    {
        var near = line.Points.MinBy(point => Math.Abs(point.X - x))!;
        var interval = near.Interval is [var low, var high] ? $" ({low:G4} to {high:G4})" : "";
        return $"{line.Name}: {near.Y:G4}{interval}";
    }

    private Html Legend(Series[] lines) => lines.Length == 1 && lines[0].Name == Title
        ? Html.None
        : Html.Of($"""<p class="legend">{Html.Join(lines.Select(LegendKey))}</p>""");

    private static Html LegendKey(Series line, int place) =>
        Html.Of($"""<span class="{Color(line, place)}"><i class="{(line.Dashed ? "key dashed" : "key")}"></i>{line.Name}</span> """);

    private static string Color(Series line, int place) => $"s{(line.Color ?? place) % Colors}";

    private static string Short(string name) => name.Length <= 12 ? name : $"{name[..5]}…{name[^5..]}";

    /// <summary>Where numbers lie on paper.</summary>
    /// <param name="From">The number at the left edge.</param>
    /// <param name="To">The number at the right edge.</param>
    /// <param name="Across">Ticks of the horizontal axis; null if it has names.</param>
    /// <param name="Up">Ticks of the vertical axis.</param>
    /// <param name="Bottom">The height of the horizontal axis on paper.</param>
    private sealed record Area(double From, double To, AxisTicks? Across, AxisTicks Up, double Bottom)
    {
        public static Area Around(ChartPoint[] points, (double Low, double High)? reach, int? names)
        {
            double[] heights =
            [
                .. points.SelectMany(point => point.Interval ?? [point.Y]),
                .. points.Select(point => point.Y),
                .. reach is { } most ? new[] { most.Low, most.High } : [],
            ];
            var up = AxisTicks.Around(heights.Min(), heights.Max());
            if (names is { } count)
            {
                return new(-0.4, count - 0.6, null, up, Height - 60);
            }

            var (low, high) = (points.Min(point => point.X), points.Max(point => point.X));
            return low == high
                ? new(low - 0.5, high + 0.5, new AxisTicks([low]), up, Height - 40) // a single place, in the middle
                : new(low, high, AxisTicks.Around(low, high), up, Height - 40);
        }

        public bool Holds(double x) => x >= From - 1e-9 && x <= To + 1e-9;

        public double X(double x) => Left + ((x - From) / (To - From) * (Width - Left - Right));

        public double Y(double y) => Bottom - ((y - Up.Low) / (Up.High - Up.Low) * (Bottom - Top));
    }
}
