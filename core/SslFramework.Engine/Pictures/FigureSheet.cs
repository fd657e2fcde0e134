using SkiaSharp;
using SslFramework.Core.Storage;

namespace SslFramework.Engine.Pictures;

/// <summary>Figures below one another, with their titles and captions, on one page.</summary>
internal static class FigureSheet
{
    private const int Gap = 10;
    private const int Line = 17;

    /// <summary>Writes the page as a PNG file.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Figure> figures)
    {
        var png = Encode(figures);
        DurableFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Draws the page and returns the bytes of a PNG file.</summary>
    public static byte[] Encode(IReadOnlyList<Figure> figures)
    {
        var plans = figures.Select(figure => new Plan(figure)).ToArray();
        var (width, height) = (plans.Max(plan => plan.Width), plans.Sum(plan => plan.Height) + Gap);
        return Picture.Encode(width, height, SKEncodedImageFormat.Png, canvas =>
        {
            float top = 0;
            foreach (var plan in plans)
            {
                plan.Draw(canvas, top);
                top += plan.Height;
            }
        });
    }

    /// <summary>The place of everything in a figure.</summary>
    private sealed class Plan
    {
        private readonly Figure figure;
        private readonly int rows;
        private readonly int columns;
        private readonly int cell;
        private readonly IReadOnlyList<string> title;
        private readonly IReadOnlyList<string>[] headings;
        private readonly IReadOnlyList<string>[] captions;

        public Plan(Figure figure)
        {
            this.figure = figure;
            (rows, columns) = ((int)figure.Pictures.shape[0], (int)figure.Pictures.shape[1]);
            cell = Picture.Cell((int)Math.Max(figure.Pictures.shape[3], figure.Pictures.shape[4]));
            title = Picture.Lines(figure.Title, Width - (2 * Gap));
            headings = [.. figure.ColumnTitles.Select(text => Picture.Lines(text, cell))];
            captions = [.. figure.Captions.Select(text => Picture.Lines(text, cell))];
        }

        public int Width => (columns * (cell + Gap)) + Gap;

        public int Height => Gap + (Line * title.Count) + (Gap / 2) + (Line * Most(headings)) + Enumerable.Range(0, rows).Sum(RowHeight);

        public void Draw(SKCanvas canvas, float top)
        {
            top = Text(canvas, title, Gap, top + Gap) + (Gap / 2);
            for (var column = 0; column < headings.Length; column++)
            {
                _ = Text(canvas, headings[column], Left(column), top + (Line * (Most(headings) - headings[column].Count)));
            }

            top += Line * Most(headings);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    using var picture = Picture.Of(figure.Pictures[row, column]);
                    _ = Picture.Draw(canvas, picture, Left(column), top + (Gap / 2), cell);
                    _ = captions.Length == 0 ? 0 : Text(canvas, captions[(row * columns) + column], Left(column), top + Gap + cell);
                }

                top += RowHeight(row);
            }
        }

        private int RowHeight(int row) =>
            cell + Gap + (Most(captions.Skip(row * columns).Take(columns)) is > 0 and var lines ? (Line * lines) + (Gap / 2) : 0);

        private int Left(int column) => Gap + (column * (cell + Gap));

        private static int Most(IEnumerable<IReadOnlyList<string>> texts) => texts.Select(lines => lines.Count).DefaultIfEmpty().Max();

        private static float Text(SKCanvas canvas, IReadOnlyList<string> lines, float left, float top)
        {
            foreach (var line in lines)
            {
                top += Line;
                Picture.Text(canvas, line, left, top - 4);
            }

            return top;
        }
    }
}
