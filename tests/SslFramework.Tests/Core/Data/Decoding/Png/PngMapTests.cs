using SslFramework.Core.Data.Decoding.Png;
using static SslFramework.Tests.Core.Data.DataErrors;

namespace SslFramework.Tests.Core.Data.Decoding.Png;

[TestClass]
public class PngMapTests
{
    [TestMethod]
    [DataRow((byte)1, new byte[] { 0b10110000 }, new byte[] { 1, 0, 1, 1 })]
    [DataRow((byte)2, new byte[] { 0b00011011 }, new byte[] { 0, 1, 2, 3 })]
    [DataRow((byte)4, new byte[] { 0x0F, 0x71 }, new byte[] { 0, 15, 7, 1 })]
    [DataRow((byte)8, new byte[] { 0, 20, 255, 128 }, new byte[] { 0, 20, 255, 128 })]
    public void Read_AnyDepth_GivesTheNumbersThemselves(byte depth, byte[] row, byte[] expected)
    {
        CollectionAssert.AreEqual(expected, Numbers(PngFixtures.Make(depth, 0, 4, row)), "gray");
        byte[] red = [255, 0, 0];
        CollectionAssert.AreEqual(expected, Numbers(PngFixtures.Make(depth, 3, 4, row, red)), "a palette, even one that is too short");
    }

    [TestMethod]
    public void Read_FilteredAndInterlaced_GivesTheNumbersOfThePlainFile()
    {
        var straight = Numbers(PngFixtures.File(8, 3, 3, 2, [0, 1, 2, 3, 0, 1, 2, 4], [0, 0, 0]));
        CollectionAssert.AreEqual(straight, Numbers(PngFixtures.File(8, 3, 3, 2, [1, 1, 1, 1, 2, 0, 0, 1], [0, 0, 0])));
        byte[] passes = [0, 1, 0, 3, 0, 2, 0, 1, 2, 4]; // of Adam7, those that have pixels
        CollectionAssert.AreEqual(straight, Numbers(PngFixtures.File(8, 3, 3, 2, passes, [0, 0, 0], interlaced: true)));
    }

    [TestMethod]
    public void Read_WhatIsNoMap_IsRefusedInASentence()
    {
        AssertRefused(() => Numbers([0xFF, 0xD8, 0xFF, 0xE0]), "'x.png'", "must be a PNG");
        AssertRefused(() => Numbers(PngFixtures.Make(8, 2, 1, [1, 2, 3])), "it has colors", "save it with a palette");
        AssertRefused(() => Numbers(PngFixtures.Make(16, 0, 1, [1, 2])), "it has 16 bits");
        AssertRefused(() => Numbers(PngFixtures.Make(8, 0, 10_000, [1], height: 10_000)), "50 million");
        AssertRefused(() => Numbers(PngFixtures.Make(8, 0, 4, [1, 2, 3])), "truncated");
        var broken = PngFixtures.Make(8, 0, 4, [1, 2, 3, 4]);
        broken[^20] ^= 1;
        AssertRefused(() => Numbers(broken), "damaged");
    }

    private static byte[] Numbers(byte[] file)
    {
        var map = new PixelBuffer();
        PngMap.Read(file, "x.png", map);
        Assert.AreEqual((1, 8), (map.Channels, map.BitsPerChannel));
        return map.Image.Pixels.ToArray();
    }
}
