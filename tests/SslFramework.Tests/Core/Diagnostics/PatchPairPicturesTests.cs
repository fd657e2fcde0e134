using SslFramework.Core.Diagnostics;

namespace SslFramework.Tests.Core.Diagnostics;

[TestClass]
internal class PatchPairPicturesTests
{
    [TestMethod]
    public void Of_APair_ShowsItsPlacesInAPaleViewAndBothPatchesFromBlackToWhite()
    {
        using var scope = NewDisposeScope();
        var views = arange(24, float32).view(1, 1, 4, 6) / 23; // black to white
        var (first, second) = (views.narrow(2, 0, 2).narrow(3, 0, 2), views.narrow(2, 2, 2).narrow(3, 4, 2));
        var pictures = PatchPairPictures.Of(views, first, second, _ => ((0, 0), (2, 4)));

        CollectionAssert.AreEqual(new long[] { 1, 3, 1, 4, 6 }, pictures.shape);
        CollectionAssert.AreEqual(new byte[] { 0, 11, 185, 188, 191, 195 }, Row(place: 0, row: 0), "two pixels of the first patch, and four that are pale");
        CollectionAssert.AreEqual(new byte[] { 0, 0, 36, 36, 255, 255 }, Row(place: 1, row: 0), "enlarged to the shorter side, white beside it");
        CollectionAssert.AreEqual(new byte[] { 219, 219, 255, 255, 255, 255 }, Row(place: 2, row: 3));

        byte[] Row(int place, int row) => pictures[0, place, 0, row].data<byte>().ToArray();
    }
}
