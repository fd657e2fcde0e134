namespace SslFramework.Tests.Core.Data;

/// <summary>Images whose pixels are a function of (image, row, column, channel).</summary>
internal sealed class TestImages(int count, int height, int width, int channels, Func<int, int, int, int, byte> pixel) : IDataSource, IComponentFactory
{
    public int Count => count;

    public int Channels => channels;

    public IReadOnlyList<string> Classes => [];

    public int? Label(int index) => null;

    public void Read(int index, PixelBuffer destination)
    {
        var pixels = destination.Resize(height, width, channels);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = pixel(index, i / channels / width, i / channels % width, i % channels);
        }
    }

    /// <summary>These images, whatever is asked for.</summary>
    public TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class => (TService)(object)this;
}
