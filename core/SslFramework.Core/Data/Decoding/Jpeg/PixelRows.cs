namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Makes pixels from coefficients, one row of units after the other. Nothing is made that no needed pixel is made from.</summary>
internal sealed class PixelRows(SampleStages stages)
{
    private readonly Upsampling[] upsampling = [new(stages), new(stages), new(stages)];
    private PixelBox needed;
    private int next;

    /// <summary>The rows of units from which the needed pixels are made: the first and the last.</summary>
    public (int First, int Last) Units { get; private set; }

    /// <summary>Begins an image.</summary>
    /// <param name="frame">Its frame.</param>
    /// <param name="pixels">The pixels that are needed.</param>
    /// <param name="unitRows">Rows of units whose coefficients are held.</param>
    public void Begin(JpegFrame frame, PixelBox pixels, int unitRows)
    {
        (needed, next) = (pixels, pixels.Top);
        Units = (int.MaxValue, 0);
        for (var i = 0; i < frame.Components.Length; i++)
        {
            var component = frame.Components[i];
            component.Prepare(pixels, unitRows * component.Vertical);
            upsampling[i].Prepare(pixels.Width);
            var (first, last) = (component.Needed.Top, component.Needed.Top + component.Needed.Height - 1);
            Units = (Math.Min(Units.First, first / component.Vertical), Math.Max(Units.Last, last / component.Vertical));
        }
    }

    /// <summary>Makes the samples of a row of units, and the rows of pixels that are complete by then.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="color">What its components are.</param>
    /// <param name="unitRow">The row; the one after the last.</param>
    /// <param name="channels">1 (for a gray image alone) or 3.</param>
    /// <param name="pixels">The whole image.</param>
    public void Make(JpegFrame frame, JpegColor color, int unitRow, int channels, Span<byte> pixels)
    {
        var waits = false; // the last row of pixels, for a neighbor below
        foreach (var component in frame.Components)
        {
            waits |= component.Sampling is Sampling.HalfDown or Sampling.HalfBoth;
            for (var row = unitRow * component.Vertical; row < (unitRow + 1) * component.Vertical; row++)
            {
                if (component.NeedsRow(row))
                {
                    Transform(component, row);
                }
            }
        }

        var end = needed.Top + needed.Height;
        if (unitRow < Units.Last)
        {
            end = Math.Min(end, ((unitRow + 1) * frame.BlockSide * frame.Vertical) - (waits ? 1 : 0));
        }

        for (; next < end; next++)
        {
            MakeRow(frame, color, channels, pixels.Slice(((next * frame.Size.Width) + needed.Left) * channels, needed.Width * channels));
        }
    }

    private void Transform(JpegComponent component, int row)
    {
        var (side, plane) = (component.BlockSide, component.Plane);
        var samples = plane.From(side * row)[(component.Needed.Left / stages.Lanes * stages.Lanes * side)..];
        var coefficients = component.NeededOf(row, stages.Lanes);
        if (side == 8)
        {
            stages.Transform(coefficients, component.Quantization, samples, plane.Stride);
        }
        else
        {
            ReducedTransform.Transform(coefficients, component.Quantization, samples, plane.Stride, stages.Lanes, side);
        }
    }

    private void MakeRow(JpegFrame frame, JpegColor color, int channels, Span<byte> pixels)
    {
        var first = upsampling[0].Row(frame.Components[0], next, needed.Left, needed.Width);
        if (color == JpegColor.Gray)
        {
            if (channels == 1)
            {
                first[..pixels.Length].CopyTo(pixels);
            }
            else
            {
                stages.Interleave(first, first, first, pixels);
            }

            return;
        }

        var second = upsampling[1].Row(frame.Components[1], next, needed.Left, needed.Width);
        var third = upsampling[2].Row(frame.Components[2], next, needed.Left, needed.Width);
        if (color == JpegColor.Ycc)
        {
            stages.Convert(first, second, third, pixels);
        }
        else
        {
            stages.Interleave(first, second, third, pixels);
        }
    }
}
