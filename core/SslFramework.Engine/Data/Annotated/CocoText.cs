using SslFramework.Core.Data.Masks;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Reads a single value of a file in COCO's form, at a place that is known.</summary>
internal static class CocoText
{
    /// <summary>A mask.</summary>
    /// <exception cref="ExperimentException">Something else stands there: the file was changed meanwhile.</exception>
    public static RunLengthMask Mask(RetriedStream file, long at, int length, ImageSize size, long id)
    {
        try
        {
            return Segmentation(file, at, length).ToMask(size);
        }
        catch (InvalidDataException e)
        {
            throw JsonTokens.Bad(file.Name, $"of the annotation {id}, {e.Message}", at);
        }
    }

    /// <summary>A mask as it stands there.</summary>
    public static Segmentation Segmentation(RetriedStream file, long at, int length) =>
        Annotated.Segmentation.Read(ValueAt(file, at, length));

    /// <summary>Points, three numbers each.</summary>
    /// <exception cref="ExperimentException">Something else stands there: the file was changed meanwhile.</exception>
    public static IReadOnlyList<Keypoint> Keypoints(RetriedStream file, long at, int length)
    {
        var json = ValueAt(file, at, length);
        double[] numbers = [.. json.Items().Select(_ => json.Number())];
        return [.. numbers.Chunk(3).Select(point => point is [var x, var y, var visibility]
            ? new Keypoint(x, y, (int)visibility)
            : throw json.Bad("keypoints are not three numbers each"))];
    }

    private static JsonTokens ValueAt(RetriedStream file, long at, int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length && file.ReadAt(bytes.AsSpan(read), at + read) is var more and > 0)
        {
            read += more;
        }

        var json = new JsonTokens(new MemoryStream(bytes, 0, read), file.Name, at);
        json.Read();
        return json;
    }
}
