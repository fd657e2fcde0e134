namespace SslFramework.Benchmarks;

/// <summary>Squares of 32 × 32 out of the middles of photographs, held in memory, as CIFAR's are.</summary>
internal sealed class SmallImages : IDataSource
{
    private const int Side = 32;
    private readonly byte[][] images;

    /// <summary>Decodes them.</summary>
    public SmallImages(IDataSource photographs, int count)
    {
        var buffer = new PixelBuffer();
        images = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            photographs.Read(i % photographs.Count, buffer);
            var image = buffer.Image;
            var pixels = images[i] = new byte[Side * Side * 3];
            for (var y = 0; y < Side; y++)
            {
                var start = ((((image.Height - Side) / 2) + y) * image.Width) + ((image.Width - Side) / 2);
                image.Pixels.Slice(start * 3, Side * 3).CopyTo(pixels.AsSpan(y * Side * 3));
            }
        }
    }

    public int Count => images.Length;

    public int Channels => 3;

    public ImageSize? Size => new ImageSize(Side, Side);

    public IReadOnlyList<string> Classes => [];

    public int? Label(int index) => null;

    public void Read(int index, PixelBuffer destination) => images[index].CopyTo(destination.Resize(Side, Side, 3));
}
