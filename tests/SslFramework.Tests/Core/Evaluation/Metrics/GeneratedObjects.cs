using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

/// <summary>Twenty images of 400 × 600 with objects and detections, as the note of goldens/coco.json says.</summary>
internal static class GeneratedObjects
{
    private const int Images = 20;
    private static readonly ImageSize Size = new(400, 600);

    public static IEnumerable<(ImageObjects Truth, DetectedObject[] Found)> Of(ulong seed)
    {
        var state = seed;
        for (var image = 0; image < Images; image++)
        {
            var (truth, found) = (new List<AnnotatedObject>(), new List<DetectedObject>());
            var objects = 1 + Next(5);
            for (var i = 0; i < objects; i++)
            {
                var (width, height, x, y) = (8 + Next(150), 8 + Next(150), Next(440), Next(240));
                var ofClass = Next(3);
                truth.Add(new(ofClass, new(x, y, width, height)) { Crowd = Next(12) == 0 });
                for (var left = Next(3); left > 0; left--)
                {
                    var box = new Box(x + Shift(), y + Shift(), Math.Max(1, width + Shift()), Math.Max(1, height + Shift()));
                    found.Add(new(Next(8) != 0 ? ofClass : Next(3), Score(), box));
                }
            }

            for (var left = Next(3); left > 0; left--)
            {
                var (ofClass, x, y) = (Next(3), Next(440), Next(240));
                var box = new Box(x, y, 8 + Next(150), 8 + Next(150));
                found.Add(new(ofClass, Score(), box));
            }

            yield return (new(truth), [.. found]);
        }

        int Next(int below)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (int)((state >> 33) % (ulong)below);
        }

        int Shift() => Next(21) - 10;

        // Evaluated as in the reference: the score is drawn after the class.
        double Score() => (1 + Next(100)) / 100.0;
    }

    /// <summary>With masks, if they are wanted: of each box the triangle with its lowest corner in the middle.</summary>
    public static Func<(ImageObjects Truth, DetectedObject[] Found), (ImageObjects Truth, DetectedObject[] Found)> For(OverlapKind kind) =>
        image => kind == OverlapKind.Boxes ? image : (
            new([.. image.Truth.Objects.Select(one => one with { Mask = Triangle(one.Box) })]),
            [.. image.Found.Select(one => one with { Mask = Triangle(one.Box) })]);

    private static RunLengthMask Triangle(Box box) => PolygonMask.Encode(
        [box.Left, box.Top, box.Right, box.Top, box.Left + Math.Floor(box.Width / 2), box.Bottom], Size);
}
