namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// Brings the samples of a component to the size of the image, as libjpeg's "fancy upsampling" does: what lies between samples is a mean
/// weighted by nearness, 3 to 1, and beyond the edge the last sample goes on. Other ratios than 2 repeat samples.
/// </summary>
internal sealed class Upsampling(SampleStages stages)
{
    private short[] sums = [];
    private byte[] row = [];

    /// <summary>Makes room for rows of this many pixels.</summary>
    public void Prepare(int width)
    {
        if (row.Length < width + 2 + (4 * SamplePlane.Beyond))
        {
            row = GC.AllocateUninitializedArray<byte>(width + 2 + (4 * SamplePlane.Beyond));
            sums = GC.AllocateUninitializedArray<short>(row.Length);
        }
    }

    /// <summary>The samples for a part of a row of pixels. They are valid until the next call.</summary>
    /// <param name="component">The component.</param>
    /// <param name="y">The row.</param>
    /// <param name="left">The first column.</param>
    /// <param name="width">Columns.</param>
    public ReadOnlySpan<byte> Row(JpegComponent component, int y, int left, int width)
    {
        var plane = component.Plane;
        if (component.Sampling == Sampling.Full)
        {
            return plane.From(y)[left..];
        }

        if (component.Sampling == Sampling.Repeated)
        {
            var from = plane.From(y / component.Down);
            for (var x = 0; x < width; x++)
            {
                row[x] = from[(left + x) / component.Across];
            }

            return row;
        }

        // The row that lies nearer, and the one on the other side
        var isOdd = (y & 1) == 1;
        var (nearest, farther) = component.Sampling == Sampling.HalfAcross
            ? (y, y)
            : (y / 2, Math.Clamp((y / 2) + (isOdd ? 1 : -1), 0, component.Size.Height - 1));
        var near = plane.From(nearest);
        var far = plane.From(farther);
        if (component.Sampling == Sampling.HalfDown)
        {
            stages.Mix(near[left..], far[left..], row, width, rounding: (short)(isOdd ? 2 : 1));
            return row;
        }

        var (first, last) = (left / 2, (left + width - 1) / 2);
        var count = last - first + 1;
        if (component.Sampling == Sampling.HalfBoth)
        {
            stages.Weigh(near[first..], far[first..], sums.AsSpan(1), count);
            sums[0] = first == 0 ? sums[1] : (short)((3 * near[first - 1]) + far[first - 1]);
            sums[count + 1] = last == component.Size.Width - 1 ? sums[count] : (short)((3 * near[last + 1]) + far[last + 1]);
            stages.Double(sums, row, count, even: 8, odd: 7, shift: 4);
        }
        else
        {
            stages.Widen(near[first..], sums.AsSpan(1), count);
            sums[0] = first == 0 ? sums[1] : near[first - 1];
            sums[count + 1] = last == component.Size.Width - 1 ? sums[count] : near[last + 1];
            stages.Double(sums, row, count, even: 1, odd: 2, shift: 2);
        }

        return row.AsSpan(left & 1);
    }
}
