using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class PatchesTests
{
    [TestMethod]
    public void Split_OrderInsideAPatch_IsRowColumnChannel()
    {
        using var scope = NewDisposeScope();
        var patches = Patches.Split(arange(48).reshape(1, 3, 4, 4), 2);

        CollectionAssert.AreEqual(new long[] { 1, 4, 12 }, patches.shape);
        CollectionAssert.AreEqual(new long[] { 0, 16, 32, 1, 17, 33, 4, 20, 36, 5, 21, 37 }, Row(patches, 0));
        CollectionAssert.AreEqual(new long[] { 2, 18, 34, 3, 19, 35, 6, 22, 38, 7, 23, 39 }, Row(patches, 1));
    }

    [TestMethod]
    public void Join_UndoesSplit_AlsoWhereRowsAndColumnsDiffer()
    {
        using var scope = NewDisposeScope();
        var images = arange(2 * 3 * 6 * 9).reshape(2, 3, 6, 9);

        Assert.IsTrue(Patches.Join(Patches.Split(images, 3), rows: 2, side: 3).eq(images).all().ToBoolean());
    }

    private static long[] Row(Tensor patches, int patch) => patches[0, patch].data<long>().ToArray();
}
