using SslFramework.Engine.Data;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
internal class SampleOrderTests
{
    [TestMethod]
    [DataRow(4, 10, new[] { 0, 2, 5, 7 })]
    [DataRow(10, 4, new[] { 0, 1, 2, 3 })]
    [DataRow(1, 4, new[] { 0 })]
    public void Spread_SomeImages_AreEvenlySpaced(int some, int count, int[] expected) => CollectionAssert.AreEqual(expected, SampleOrder.Spread(some, count));

    [TestMethod]
    public void Spread_OfVeryMany_DoesNotOverflow() => Assert.AreEqual(2_000_000_000 - (2_000_000_000 / 8192), SampleOrder.Spread(8192, 2_000_000_000)[^1], 1);
}
