namespace SslFramework.Testing;

/// <summary>Images of noise, the same for the same seed.</summary>
internal static class TestPictures
{
    public static PixelBuffer Of(ImageSize size, int channels, ulong seed)
    {
        var (buffer, random) = (new PixelBuffer(), new SampleRandom(seed, 0, 0, 0));
        foreach (ref var pixel in buffer.Resize(size.Height, size.Width, channels))
        {
            pixel = (byte)random.Next(256);
        }

        return buffer;
    }

    /// <summary>The same picture with other pixels outside a rectangle.</summary>
    public static PixelBuffer ChangedOutside(PixelBox box, ImageSize size, int channels, ulong seed)
    {
        var buffer = Of(size, channels, seed);
        var pixels = buffer.Resize(size.Height, size.Width, channels);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i / channels, size.Width);
            if (y < box.Top || y >= box.Top + box.Height || x < box.Left || x >= box.Left + box.Width)
            {
                pixels[i] = (byte)~pixels[i];
            }
        }

        return buffer;
    }
}
