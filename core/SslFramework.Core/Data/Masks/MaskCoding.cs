namespace SslFramework.Core.Data.Masks;

/// <summary>
/// What can be done with a mask of runs without unpacking it. Results are those of COCO's tools,
/// https://github.com/cocodataset/cocoapi
/// </summary>
public static class MaskCoding
{
    /// <summary>Packs a mask.</summary>
    /// <param name="pixels">Row by row; those that are not 0 are inside.</param>
    /// <param name="size">Rows and columns.</param>
    public static RunLengthMask Encode(ReadOnlySpan<byte> pixels, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, size.Height * size.Width);
        var runs = new MaskRuns();
        for (var x = 0; x < size.Width; x++)
        {
            for (int y = 0, begin = 0; y < size.Height; begin = y)
            {
                var inside = pixels[(y * size.Width) + x] != 0;
                while (y < size.Height && (pixels[(y * size.Width) + x] != 0) == inside)
                {
                    y++;
                }

                runs.Add(y - begin, inside);
            }
        }

        return runs.ToMask(size);
    }

    /// <summary>Unpacks a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="pixels">Receives 1 inside and 0 outside, row by row.</param>
    public static void Decode(this RunLengthMask mask, Span<byte> pixels)
    {
        var (height, width) = (mask.Size.Height, mask.Size.Width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, height * width);
        pixels.Clear();
        var at = 0;
        foreach (var (run, count) in mask.Counts.Index())
        {
            for (var end = at + count; at < end; at++)
            {
                pixels[(at % height * width) + (at / height)] = (byte)(run & 1);
            }
        }
    }

    /// <summary>Number of pixels inside.</summary>
    public static long PixelCount(this RunLengthMask mask)
    {
        var sum = 0L;
        var counts = MaskRuns.Of(mask);
        for (var run = 1; run < counts.Length; run += 2)
        {
            sum += counts[run];
        }

        return sum;
    }

    /// <summary>The smallest box with every pixel inside in it; all zeros for an empty mask.</summary>
    public static Box Bounds(this RunLengthMask mask)
    {
        var height = mask.Size.Height;
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        var at = 0;
        foreach (var (run, count) in mask.Counts.Index())
        {
            if (run % 2 == 1 && count > 0)
            {
                var last = at + count - 1;
                var oneColumn = at / height == last / height;
                (left, right) = (Math.Min(left, at / height), Math.Max(right, last / height));
                (top, bottom) = (Math.Min(top, oneColumn ? at % height : 0), Math.Max(bottom, oneColumn ? last % height : height - 1));
            }

            at += count;
        }

        return right < 0 ? default : new(left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>The pixels that are in any of some masks of one image, of which there is at least one.</summary>
    public static RunLengthMask Union(IReadOnlyList<RunLengthMask> masks) => masks.Aggregate((a, b) =>
    {
        var runs = new MaskRuns();
        foreach (var (pixels, inA, inB) in new MaskPair(a, b))
        {
            runs.Add(pixels, inA || inB);
        }

        return runs.ToMask(a.Size);
    });

    /// <summary>Number of pixels that are in both masks of one image.</summary>
    public static long Intersection(RunLengthMask a, RunLengthMask b)
    {
        var sum = 0L;
        foreach (var (pixels, inA, inB) in new MaskPair(a, b))
        {
            sum += inA && inB ? pixels : 0;
        }

        return sum;
    }

    /// <summary>Intersection over union; over the detection alone, if the other is a crowd. 0 if nothing overlaps.</summary>
    public static double Overlap(RunLengthMask detection, RunLengthMask truth, bool crowd = false)
    {
        var both = Intersection(detection, truth);
        return both == 0 ? 0 : (double)both / (crowd ? detection.PixelCount() : detection.PixelCount() + truth.PixelCount() - both);
    }
}
