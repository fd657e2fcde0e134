using SslFramework.Engine.Data.Sources;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
internal class SyntheticSourceTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Read_SameIndex_GivesTheSameImage(int channels)
    {
        var source = new SyntheticSource(new() { Count = 8, Size = 16, Channels = channels });
        CollectionAssert.AreEqual(Pixels(source, 3), Pixels(source, 3));
        CollectionAssert.AreNotEqual(Pixels(source, 3), Pixels(source, 7)); // of one class
        CollectionAssert.AreNotEqual(Pixels(source, 3), Pixels(new SyntheticSource(new() { Size = 16, Channels = channels, Seed = 1 }), 3));
        Assert.HasCount(16 * 16 * channels, Pixels(source, 0));
    }

    [TestMethod]
    public void Label_EveryClass_IsNamed()
    {
        var source = new SyntheticSource(new() { Count = 30, Classes = 7 });
        Assert.HasCount(7, source.Classes);
        Assert.AreEqual(6, Enumerable.Range(0, source.Count).Max(source.Label));
    }

    private static byte[] Pixels(SyntheticSource source, int index)
    {
        var buffer = new PixelBuffer();
        source.Read(index, buffer);
        return buffer.Image.Pixels.ToArray();
    }
}
