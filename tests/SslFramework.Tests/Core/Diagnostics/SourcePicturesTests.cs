using SslFramework.Core.Diagnostics;
using TorchSharp;

namespace SslFramework.Tests.Core.Diagnostics;

[TestClass]
public class SourcePicturesTests
{
    [TestMethod]
    public void Of_ImagesOfOneSize_AreTheirPixels()
    {
        using var scope = NewDisposeScope();
        var pictures = SourcePictures.Of(new Ramps(), [3, 1], 4, 4);

        CollectionAssert.AreEqual(new long[] { 2, 3, 4, 4 }, pictures.shape);
        Assert.AreEqual(uint8, pictures.dtype);
        Assert.AreEqual(30 + 2, pictures[0, 2, 1, 0].ToInt32(), "image 3, blue");
        Assert.AreEqual(10, pictures[1, 0, 0, 0].ToInt32(), "image 1, red");
    }

    [TestMethod]
    public void Of_AWideImage_IsItsMiddle()
    {
        using var scope = NewDisposeScope();
        var picture = SourcePictures.Of(new Ramps { Width = 12 }, [0], 4, 4)[0, 0, 0];
        CollectionAssert.AreEqual(new byte[] { 40, 50, 60, 70 }, picture.data<byte>().ToArray());
    }

    [TestMethod]
    public void Of_AnImageThatCannotBeDecoded_IsWhite()
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(SourcePictures.Of(new Ramps(), [-1], 4, 4).eq(255).all().ToBoolean());
    }

    /// <summary>Four rows; a pixel is ten times its image's and its column's number plus its channel's.</summary>
    private sealed class Ramps : IDataSource
    {
        public int Width { get; init; } = 4;

        public int Count => 9;

        public int Channels => 3;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
            if (index < 0)
            {
                throw new ExperimentException(FailureKind.Data, "Damaged.");
            }

            var pixels = destination.Resize(4, Width, 3);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)((10 * (index + (i / 3 % Width))) + (i % 3));
            }
        }
    }
}
