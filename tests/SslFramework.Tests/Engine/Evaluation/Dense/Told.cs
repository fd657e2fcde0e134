namespace SslFramework.Tests.Engine.Evaluation.Dense;

/// <summary>Blocks of two patches whose pixels tell their class; maps may have other numbers, or none.</summary>
internal sealed class Told(int shift = 0, bool isVoid = false) : IAnnotatedSource
{
    public AnnotationInfo Annotations { get; } = new(LabelKinds.Maps) { MapClasses = ["a", "b", "c"], Background = 0 };

    public int Count => 12;

    public int Channels => 1;

    public ImageSize? Size => new ImageSize(32, 32);

    public IReadOnlyList<string> Classes => [];

    public int? Label(int index) => null;

    public void Read(int index, PixelBuffer destination) => Write(index, destination, (c, place) => (byte)(c == 0 ? 20 : c == 1 ? (place % 2 == 0 ? 255 : 90) : (place % 2 == 0 ? 90 : 255)));

    public void ReadMap(int index, PixelBuffer destination) => Write(index, destination, (c, _) => isVoid ? IAnnotatedSource.Void : (byte)((c + shift) % 3));

    private static void Write(int index, PixelBuffer destination, Func<int, int, byte> pixel)
    {
        var pixels = destination.Resize(32, 32, 1);
        for (var i = 0; i < pixels.Length; i++)
        {
            // In blocks of two patches, so that scores between patches of one class are its own.
            var block = (i / 32 / 16 * 2) + (i % 32 / 16);
            var number = new SampleRandom(1, 0, (ulong)index, (ulong)block).Next(3);
            pixels[i] = pixel(number, i % 32);
        }
    }
}
