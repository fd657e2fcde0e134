using SslFramework.Engine.Data.Sources;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
public class Stl10SourceTests
{
    private const int Area = 96 * 96;
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Read_PlanesColumnByColumn_BecomePixels()
    {
        var source = Open([1, 10]);
        Assert.AreEqual((2, 0, 9), (source.Count, source.Label(0), source.Label(1)));
        Assert.AreEqual("1", source.Classes[0]);
        var buffer = new PixelBuffer();
        source.Read(1, buffer);
        var pixel = buffer.Image.Pixels.Slice(((5 * 96) + 7) * 3, 3).ToArray(); // row 5, column 7
        CollectionAssert.AreEqual(new byte[] { Value(1, 0, 7, 5), Value(1, 1, 7, 5), Value(1, 2, 7, 5) }, pixel);
        new SourceContract(source).Verify();
    }

    [TestMethod]
    public void Open_ImagesWithoutClasses_HaveNoLabels()
    {
        folder.Write("unlabeled_X.bin", Images(3));
        var source = new Stl10Source(new() { Path = folder.Root, Part = Stl10Part.Unlabeled });
        Assert.AreEqual((3, null), (source.Count, source.Label(2)));
    }

    [TestMethod]
    public void Open_WrongFiles_IsRefused()
    {
        DataErrors.AssertRefused(() => Open([1]), "train_y.bin", "1 labels", "2 images");
        DataErrors.AssertRefused(() => Open([1, 0]), "label 0 at image 1");
        DataErrors.AssertRefused(() => Open([11, 1]), "label 11 at image 0");
        DataErrors.AssertRefused(() => Open([1, 1], Images(2)[..^1]), "train_X.bin", "whole number");
        DataErrors.AssertRefused(() => _ = new Stl10Source(new() { Path = folder.Root, Part = Stl10Part.Test }), "test_X.bin", "does not exist");
    }

    private static byte Value(int image, int channel, int column, int row) => (byte)((image * 50) + (channel * 20) + (column * 3) + row);

    private static byte[] Images(int count) =>
        [.. Enumerable.Range(0, count * 3 * Area).Select(i => Value(i / (3 * Area), i / Area % 3, i % Area / 96, i % 96))];

    private Stl10Source Open(byte[] labels, byte[]? images = null)
    {
        folder.Write("train_X.bin", images ?? Images(2));
        folder.Write("train_y.bin", labels);
        return new(new() { Path = folder.Root });
    }
}
