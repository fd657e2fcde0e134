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

    /// <summary>The figure, or nothing where no line has a point.</summary>
    public Html Draw()
    {
        var lines = Lines.Select(line => line.Drawable()).Where(line => line.Points.Count > 0).Select(line => line.Thinned()).ToArray();
        if (lines.Length == 0)
        {
            return Html.None;
        }

        var points = lines.SelectMany(line => line.Points).ToArray();
        double[] heights = [.. points.SelectMany(p => p.Interval ?? [p.Y]), .. points.Select(p => p.Y), .. Reach is { } r ? new[] { r.Low, r.High } : []];
        var up = AxisTicks.Around(heights.Min(), heights.Max());
        var across = Names is not null ? null : points.All(p => p.X == points[0].X) ? new AxisTicks([points[0].X]) : AxisTicks.Around(points.Min(p => p.X), points.Max(p => p.X));
        var bottom = Height - (Names is null ? 40 : 60);
        var (from, to) = across is null ? (-0.4, Names!.Count - 0.6) : (points.Min(p => p.X), points.Max(p => p.X));
        if (from == to)
        {
            (from, to) = (from - 0.5, to + 0.5); // a single place, in the middle
        }

        return Html.Of($"""
            <figure class="chart"><figcaption>{Title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Title}">
            {Html.Join(up.Values.Select(y => Html.Of($"""<path class="grid" d="M{Left} {Y(y):0.#}H{Width - Right}"/><text class="tick end" x="{Left - 6}" y="{Y(y) + 4:0.#}">{AxisTicks.Text(y)}</text>""")))}
            {AcrossTicks()}<text class="tick mid" x="{(Left + Width - Right) / 2}" y="{Height - 3}">{Across}</text>
            {Html.Join(lines.Select(Line))}{Strips()}
            </svg>{Legend()}{(Note.Length == 0 ? Html.None : Html.Of($"<p class=\"note\">{Note}</p>"))}</figure>
            """);

        double X(double x) => Left + ((x - from) / (to - from) * (Width - Left - Right));

        double Y(double y) => bottom - ((y - up.Low) / (up.High - up.Low) * (bottom - Top));

        Html AcrossTicks() => Names is null
            ? Html.Join(across!.Values.Where(x => x >= from - 1e-9 && x <= to + 1e-9).Select(x =>
                Html.Of($"""<path class="grid" d="M{X(x):0.#} {bottom}v4"/><text class="tick mid" x="{X(x):0.#}" y="{bottom + 18}">{AxisTicks.Text(x)}</text>""")))
            : Html.Join(Names.Select((name, i) => Html.Of(
                $"""<text class="tick end" transform="translate({X(i) + 4:0.#} {bottom + 12}) rotate(-25)">{Short(name)}<title>{name}</title></text>""")));

        Html Line(Series line, int i)
        {
            var path = string.Join(' ', line.Points.Select(p => $"{X(p.X):0.##},{Y(p.Y):0.##}"));
            var marks = line.Marked || line.Points.Count == 1;
            return Html.Of($"""
                <g class="{Color(line, i)}"><polyline class="line{(line.Dashed ? " dashed" : "")}" points="{path}"/>
                {Html.Join(line.Points.Where(p => p.Interval is not null).Select(p => Html.Of($"""<path class="bar" d="M{X(p.X):0.##} {Y(p.Interval![0]):0.##}V{Y(p.Interval[1]):0.##}"/>""")))}
                {(marks ? Html.Join(line.Points.Select(p => Html.Of($"""<circle class="mark" cx="{X(p.X):0.##}" cy="{Y(p.Y):0.##}" r="3"/>"""))) : Html.None)}</g>
                """);
        }

        Html Strips()
        {
            double[] places = [.. points.Select(p => p.X).Distinct().Order()];
            places = [.. places.Where((_, i) => i % ((places.Length / MostStrips) + 1) == 0)];
            return Html.Join(places.Select((x, i) =>
            {
                var near = lines.Select(line => (line.Name, Point: line.Points.MinBy(p => Math.Abs(p.X - x))!));
                var text = string.Join('\n', near.Select(n => $"{n.Name}: {n.Point.Y:G4}{(n.Point.Interval is [var low, var high] ? $" ({low:G4} to {high:G4})" : "")}"));
                var (left, right) = (i == 0 ? Left : X((places[i - 1] + x) / 2), i == places.Length - 1 ? Width - Right : X((x + places[i + 1]) / 2));
                return Html.Of($"""<rect class="strip" x="{left:0.##}" y="{Top}" width="{right - left:0.##}" height="{bottom - Top}"><title>{(Names is null ? $"{Across} {x:0.##}" : Names[(int)x])}{"\n" + text}</title></rect>""");
            }));
        }

        Html Legend() => lines.Length == 1 && lines[0].Name == Title ? Html.None : Html.Of(
            $"""<p class="legend">{Html.Join(lines.Select((line, i) => Html.Of($"""<span class="{Color(line, i)}"><i class="{(line.Dashed ? "key dashed" : "key")}"></i>{line.Name}</span> """)))}</p>""");
    }

    private static string Color(Series line, int place) => $"s{(line.Color ?? place) % Colors}";

    private static string Short(string name) => name.Length <= 12 ? name : $"{name[..5]}…{name[^5..]}";
}
