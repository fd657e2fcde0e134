using SslFramework.Core.Diagnostics;

namespace SslFramework.Tests.Core.Diagnostics;

[TestClass]
public class MapFigureTests
{
    /// <summary>The first classes of PASCAL VOC, and its border.</summary>
    [TestMethod]
    [DataRow(0, 0, 0, 0)]
    [DataRow(1, 128, 0, 0)]
    [DataRow(2, 0, 128, 0)]
    [DataRow(3, 128, 128, 0)]
    [DataRow(4, 0, 0, 128)]
    [DataRow(8, 64, 0, 0)]
    [DataRow(15, 192, 128, 128)]
    [DataRow(20, 0, 64, 128)]
    [DataRow(255, 224, 224, 192)]
    public void ColorOf_AClass_IsThatOfPascalVoc(int number, int red, int green, int blue)
    {
        CollectionAssert.AreEqual(new[] { (byte)red, (byte)green, (byte)blue }, MapPictures.ColorOf(number).ToArray());
        using var scope = NewDisposeScope();
        var picture = MapPictures.Of(full([1, 2, 3], number, uint8));
        CollectionAssert.AreEqual(new long[] { 1, 3, 2, 3 }, picture.shape);
        CollectionAssert.AreEqual(new[] { (byte)red, (byte)green, (byte)blue }, picture[0, .., 1, 2].data<byte>().ToArray());
    }

    [TestMethod]
    public void Draw_OfBatches_ShowsImagesFromAllOfThemWithTheirClasses()
    {
        using var scope = NewDisposeScope();
        using var figure = new MapFigure(8, ["ground", "bag", "coat"]);
        for (var begin = 0; begin < 8; begin += 3)
        {
            var count = Math.Min(3, 8 - begin);
            var truth = zeros([count, 2, 2], uint8);
            truth[.., 0, 0] = 2;
            truth[.., 0, 1] = IAnnotatedSource.Void;
            var indices = Enumerable.Range(begin, count).Select(index => (long)index).ToArray();
            var images = tensor(indices, float32).view(-1, 1, 1, 1).expand(-1, 1, 2, 2);
            figure.Add(new AnnotatedBatch(images, indices, []) { Maps = truth }, zeros([count, 2, 2], uint8));
        }

        var drawn = figure.Draw("title");
        CollectionAssert.AreEqual(new long[] { 4, 3, 3, 2, 2 }, drawn.Pictures.shape);
        CollectionAssert.AreEqual(new byte[] { 0, 85, 170, 255 }, drawn.Pictures[.., 0, 0, 0, 0].contiguous().data<byte>().ToArray(), "images 0, 2, 4 and 6");
        CollectionAssert.AreEqual(new[] { "", "ground, coat", "67 % right" }, drawn.Captions.Take(3).ToArray());
    }
}
