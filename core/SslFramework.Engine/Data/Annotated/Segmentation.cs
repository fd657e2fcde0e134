using System.Text.Json;
using SslFramework.Core.Data.Masks;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>The pixels of an object as COCO's files give them: polygons, lengths of runs, or a text of runs.</summary>
internal sealed record Segmentation(IReadOnlyList<double[]> Polygons, IReadOnlyList<int>? Counts, byte[]? Text, ImageSize? Size)
{
    private const int LeastNumbers = 6; // three corners
    private const int LongestOutline = 100; // heights and widths of the image

    /// <summary>Whether nothing is given.</summary>
    public bool IsEmpty => Polygons.Count == 0 && Counts is null && Text is null;

    /// <summary>Reads the value that begins here.</summary>
    /// <exception cref="ExperimentException">It is none of the three.</exception>
    public static Segmentation Read(JsonTokens json) => json.Kind switch
    {
        JsonTokenType.StartArray => new([.. ReadPolygons(json)], null, null, null),
        JsonTokenType.StartObject => ReadRuns(json),
        _ => throw json.Bad("a segmentation is neither polygons nor runs"),
    };

    /// <summary>The mask.</summary>
    /// <exception cref="InvalidDataException">It is not of an image of this size; the message is the end of a sentence.</exception>
    public RunLengthMask ToMask(ImageSize image)
    {
        CheckPlaces(image);
        return Text is not null ? MaskText.Read(Text, image)
            : Counts is not null ? MaskText.Checked(Counts, image)
            : PolygonMask.EncodeParts(Polygons, image);
    }

    /// <summary>Checks what <see cref="ToMask"/> would refuse, without filling polygons.</summary>
    /// <exception cref="InvalidDataException">It is not of an image of this size; the message is the end of a sentence.</exception>
    public void Check(ImageSize image)
    {
        if (Polygons.Count > 0)
        {
            CheckPlaces(image);
        }
        else
        {
            ToMask(image);
        }
    }

    // Polygons are walked from corner to corner, however far away those are, and however often the walk crosses the image.
    private void CheckPlaces(ImageSize image)
    {
        if (Size is { } size && size != image)
        {
            throw new InvalidDataException(
                $"its runs are of {size.Height} × {size.Width} pixels, but its image has {image.Height} × {image.Width}");
        }

        var outline = 0.0; // pixels across and down
        foreach (var corners in Polygons)
        {
            for (var i = 0; i < corners.Length; i++)
            {
                var side = i % 2 == 0 ? image.Width : image.Height;
                if (!(corners[i] >= -side && corners[i] <= 2 * side))
                {
                    throw new InvalidDataException("a corner of its polygon is far from the image");
                }

                outline += Math.Abs(corners[i] - corners[(i + 2) % corners.Length]);
            }
        }

        if (outline > LongestOutline * (image.Height + image.Width))
        {
            throw new InvalidDataException($"its polygons are longer than {LongestOutline} heights and widths of the image");
        }
    }

    private static IEnumerable<double[]> ReadPolygons(JsonTokens json)
    {
        foreach (var _ in json.Items())
        {
            var corners = new List<double>();
            foreach (var __ in json.Items())
            {
                corners.Add(json.Number());
            }

            yield return corners.Count >= LeastNumbers && corners.Count % 2 == 0
                ? [.. corners]
                : throw json.Bad($"a polygon has {corners.Count} numbers, and not two for each of at least three corners");
        }
    }

    private static Segmentation ReadRuns(JsonTokens json)
    {
        var runs = new Segmentation([], null, null, null);
        foreach (var property in json.Properties())
        {
            switch (property)
            {
                case "counts" when json.Kind == JsonTokenType.String:
                    runs = runs with { Text = json.TextBytes(), Counts = null };
                    break;
                case "counts":
                    int[] counts = [.. json.Items().Select(_ => (int)Math.Clamp(json.Whole(), -1, int.MaxValue))];
                    runs = runs with { Counts = counts, Text = null };
                    break;
                case "size":
                    int[] size = [.. json.Items().Select(_ => (int)Math.Clamp(json.Whole(), 0, int.MaxValue))];
                    runs = runs with { Size = size.Length == 2 ? new(size[0], size[1]) : throw json.Bad("a size is not two numbers") };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return runs.IsEmpty || runs.Size is null ? throw json.Bad("runs have no \"counts\" or no \"size\"") : runs;
    }
}
