using SkiaSharp;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Experiments;
using SslFramework.Host.Runs.TensorBoard;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>The views that the network gets, and the pictures that the method itself draws.</summary>
internal static class ViewSections
{
    /// <summary>What the report calls the pictures of the objective.</summary>
    public const string FiguresTitle = "What the method sees";

    private const int Images = 4;
    private const int FigureImages = 6;

    /// <summary>Views before normalization, with their place in the image.</summary>
    public static RunPictures Views(ExperimentConfig config, ExperimentParts parts)
    {
        var views = parts.Components.Create(ShownRecipe.Of(config));
        var sheet = new ViewSheet(parts.Source, views, config.Seed).Encode(Math.Min(Images, parts.Source.Count));
        using var bitmap = SKBitmap.Decode(sheet);
        var note = Html.Note(
            "Each image with the part that each view shows of it, and the views as the network gets them, before normalization.");
        var section = new ReportSection("Views", Html.Of($"{note}{Image(sheet, "webp", "sheet", "Views of some images")}"), "");
        return new RunPictures([section]) { Pictures = [Titled("views", bitmap)] };
    }

    /// <summary>Pictures of an objective that draws some.</summary>
    public static RunPictures Figures(ExperimentConfig config, ExperimentParts parts, long step)
    {
        using var scope = torch.NewDisposeScope();
        var figures = MethodFigures.Draw(config, parts, step, FigureImages);
        ReportSection[] sections = figures.Count == 0 ? [] : [new ReportSection(FiguresTitle, Html.Each(figures, Draw), "")];
        return new RunPictures(sections) { Pictures = [.. figures.Select(Whole)] };
    }

    /// <summary>A picture within the page.</summary>
    public static Html Image(byte[] content, string format, string style, string what) =>
        Html.Of($"""<img class="{style}" alt="{what}" src="data:image/{format};base64,{Convert.ToBase64String(content)}">""");

    private static Html Draw(Figure figure)
    {
        var pictures = figure.Pictures.to(torch.uint8).cpu().contiguous(); // [rows, columns, C, H, W]
        var (rows, columns) = ((int)pictures.shape[0], (int)pictures.shape[1]);
        var headings = figure.ColumnTitles.Count == 0 ? Html.None : Html.Of($"<thead>{Html.Headings(figure.ColumnTitles)}</thead>");
        var body = Html.Each(
            Enumerable.Range(0, rows), row => Html.Row(Html.Each(Enumerable.Range(0, columns), column => PictureAt(row, column))));
        return Html.Of($"""
            <figure><figcaption>{figure.Title}</figcaption><div class="wide"><table class="figure">{headings}<tbody>
            {body}
            </tbody></table></div></figure>
            """);

        Html PictureAt(int row, int column)
        {
            using var picture = Picture.Of(pictures[row, column]);
            using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
            var caption = figure.Captions.Count == 0 ? "" : figure.Captions[(row * columns) + column];
            return Html.Cell(Html.Of($"{Image(png.ToArray(), "png", "pixels", figure.Title)}{caption}"));
        }
    }

    /// <summary>All pictures of a figure in one.</summary>
    private static TitledPicture Whole(Figure figure)
    {
        var shape = figure.Pictures.shape; // [rows, columns, C, H, W]
        var joined = figure.Pictures.cpu().permute(2, 0, 3, 1, 4); // [C, rows, H, columns, W]
        var whole = joined.reshape(-1, shape[0] * shape[3], shape[1] * shape[4]); // [C, rows·H, columns·W]
        using var bitmap = Picture.Of(whole);
        return Titled(figure.Title, bitmap);
    }

    private static TitledPicture Titled(string title, SKBitmap bitmap)
    {
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new TitledPicture(title, png.ToArray(), bitmap.Height, bitmap.Width);
    }
}
