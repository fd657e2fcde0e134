namespace SslFramework.Plugins.IGPT;

/// <summary>The colors that pixels are rounded to.</summary>
public static class Palette
{
    private const int MostImages = 512;
    private const int MostPixels = 1 << 15;

    /// <summary>
    /// Clusters the colors of evenly spaced pixels of evenly spaced images: the same for the same source. Images that cannot be read are
    /// left out.
    /// </summary>
    /// <param name="source">The images.</param>
    /// <param name="colors">V, the number of colors.</param>
    /// <returns>float32 [V, C], from 0 to 1.</returns>
    /// <exception cref="ExperimentException">There are fewer pixels than colors.</exception>
    public static Tensor Of(IDataSource source, int colors)
    {
        using var scope = NewDisposeScope();
        var (buffer, images) = (new PixelBuffer(), Math.Min(source.Count, MostImages));
        var rows = new List<Tensor>();
        for (var i = 0; i < images; i++)
        {
            try
            {
                source.Read((int)((long)i * source.Count / images), buffer);
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Data)
            {
                continue;
            }

            var pixels = buffer.Image.Pixels; // row by row, the channels of a pixel together
            var (count, channels) = (pixels.Length / source.Channels, source.Channels);
            var taken = Math.Min(count, Math.Max(1, MostPixels / images));
            var values = new float[taken * channels];
            for (var p = 0; p < values.Length; p++)
            {
                values[p] = pixels[((int)((long)(p / channels) * count / taken) * channels) + (p % channels)] / 255f;
            }

            rows.Add(tensor(values, [taken, channels], device: CPU));
        }

        var all = rows.Count == 0 ? zeros(0, source.Channels) : cat(rows);
        return all.shape[0] >= colors
            ? new KMeans(colors).Fit(all, new SampleRandom(0, 0, 0, 0)).Centers.MoveToOuterDisposeScope()
            : throw new ExperimentException(
                FailureKind.Config,
                $"The images have {all.shape[0]} pixels, fewer than the palette's {colors} colors; lower \"colors\" in \"backbone\".");
    }

    /// <summary>Grays from dark to bright, for a network whose palette comes with its weights.</summary>
    /// <returns>float32 [V, C].</returns>
    public static Tensor Grays(int colors, int channels) => (arange(colors).to(float32) + 0.5).div(colors).unsqueeze(1).repeat(1, channels);
}
