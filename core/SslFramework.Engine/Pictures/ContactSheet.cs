namespace SslFramework.Engine.Pictures;

/// <summary>Many images of a source on one page.</summary>
internal static class ContactSheet
{
    private const int Columns = 10;
    private const int Cell = 128;
    private const int Gap = 6;

    /// <summary>Draws up to <paramref name="count"/> images, evenly spaced over the source; bad ones leave their place white.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public static void Write(IDataSource source, string path, int count = 80)
    {
        var shown = Math.Min(count, source.Count);
        var (rows, columns) = ((shown + Columns - 1) / Columns, Math.Min(Columns, shown));
        Picture.Write(path, (columns * (Cell + Gap)) + Gap, (rows * (Cell + Gap)) + Gap, canvas =>
        {
            var buffer = new PixelBuffer();
            for (var i = 0; i < shown; i++)
            {
                try
                {
                    source.Read((int)((long)i * source.Count / shown), buffer);
                }
                catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
                {
                    continue;
                }

                using var bitmap = Picture.Of(buffer.Image);
                Picture.Draw(canvas, bitmap, Gap + (i % Columns * (Cell + Gap)), Gap + (i / Columns * (Cell + Gap)), Cell);
            }
        });
    }
}
