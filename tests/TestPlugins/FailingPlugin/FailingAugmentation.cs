using SslFramework;

namespace TestPlugins.Failing;

/// <summary>Pixels as they are; fails in a loader's thread.</summary>
public sealed class FailingAugmentation(DataInfo data) : IAugmentation
{
    private int calls;

    public IReadOnlyList<ViewShape> Views { get; } = [new(data.Channels, data.Size!.Value.Height, data.Size.Value.Width)];

    public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination)
    {
        Failure.At("augment", Interlocked.Increment(ref calls));
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = image.Pixels[i] / 255f;
        }
    }
}
