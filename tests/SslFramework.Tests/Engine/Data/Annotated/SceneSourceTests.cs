using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Sources;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class SceneSourceTests
{
    [TestMethod]
    [DataRow(64)]
    [DataRow(40)]
    public void Verify_TheContract_Holds(int size) => new SourceContract(Scenes.Of(20, size: size)).Verify();

    [TestMethod]
    public void Read_SceneOfANumber_IsTheSameWhereverCountingBegins()
    {
        CollectionAssert.AreEqual(Pixels(Scenes.Of(5), 3), Pixels(Scenes.Of(1, first: 3), 0));
        CollectionAssert.AreNotEqual(Pixels(Scenes.Of(5), 3), Pixels(Scenes.Of(5), 4));
        CollectionAssert.AreNotEqual(Pixels(Scenes.Of(5), 3), Pixels(Scenes.Of(5, seed: 1), 3));
    }

    [TestMethod]
    public void Scenes_InAll_AreMostlyGroundWithEveryClass()
    {
        var (counts, map, source) = (new long[256], new PixelBuffer(), Scenes.Of(150));
        for (var i = 0; i < source.Count; i++)
        {
            source.ReadMap(i, map);
            foreach (var pixel in map.Image.Pixels)
            {
                counts[pixel]++;
            }
        }

        double Share(int number) => 100.0 * counts[number] / counts.Sum();
        Assert.AreEqual(78, Share(0), 3, "ground");
        Assert.AreEqual(7.5, Share(255), 1.5, "borders");
        Assert.AreEqual(0, counts[11..255].Sum());
        for (var number = 1; number <= 10; number++)
        {
            Assert.IsTrue(Share(number) is > 0.5 and < 3, $"class {number}: {Share(number)} %");
        }
    }

    [TestMethod]
    public void Objects_OfAScene_AreWhatItsMapShows()
    {
        var (source, map) = (Scenes.Of(30), new PixelBuffer());
        for (var i = 0; i < source.Count; i++)
        {
            source.ReadMap(i, map);
            var objects = source.Objects(i).Objects;
            Assert.IsInRange(1, 3, objects.Count);
            foreach (var item in objects)
            {
                var inside = Decoded(item.Mask!);
                Assert.AreEqual(item.Area, inside.Count(pixel => pixel));
                var (rows, columns) = (inside.Index().Where(p => p.Item).Select(p => p.Index / 64).ToArray(), inside.Index().Where(p => p.Item).Select(p => p.Index % 64).ToArray());
                Assert.AreEqual(new Box(columns.Min(), rows.Min(), columns.Max() - columns.Min() + 1, rows.Max() - rows.Min() + 1), item.Box);
                Assert.IsTrue(inside.Index().Where(p => p.Item).All(p => map.Image.Pixels[p.Index] is var pixel && (pixel == 255 || pixel == item.Class + 1)));
            }

            var covered = objects.Select(item => Decoded(item.Mask!)).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x || y)]);
            Assert.IsTrue(covered.Index().All(p => p.Item || map.Image.Pixels[p.Index] is 0 or 255), "what is in no mask is ground");
        }
    }

    [TestMethod]
    public void Objects_OfAScene_HaveTheirOutermostPoints_InTheMiddleOfTheOutermostPixels()
    {
        var source = Scenes.Of(30);
        CollectionAssert.AreEqual(new[] { "top", "bottom", "left", "right" }, source.Annotations.KeypointNames.ToArray());
        Assert.AreEqual((2, 3), source.Annotations.FlipPairs.Single());
        foreach (var item in Enumerable.Range(0, source.Count).SelectMany(i => source.Objects(i).Objects))
        {
            var (inside, box, points) = (Decoded(item.Mask!), item.Box, item.Keypoints);
            Assert.AreEqual((box.Top + 0.5, box.Bottom - 0.5), (points[0].Y, points[1].Y));
            Assert.AreEqual((box.Left + 0.5, box.Right - 0.5), (points[2].X, points[3].X));
            var top = Enumerable.Range(0, 64).Where(x => inside[((int)box.Top * 64) + x]).ToArray();
            Assert.AreEqual((top.Min() + top.Max() + 1) / 2.0, points[0].X);
            var right = Enumerable.Range(0, 64).Where(y => inside[(y * 64) + (int)box.Right - 1]).ToArray();
            Assert.AreEqual((right.Min() + right.Max() + 1) / 2.0, points[3].Y);
        }
    }

    [TestMethod]
    public void Construct_ItemsWithoutClasses_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ExperimentException>(() => Scenes.Of(1, items: new TestImages(1, 2, 2, 1, (_, _, _, _) => 0))).Message, "\"items\" of 'scenes'");

    [TestMethod]
    public void Read_ItemsOfColor_ShowsTheirColors()
    {
        var source = Scenes.Of(4, items: new SyntheticSource(new() { Count = 8, Size = 28 }));
        Assert.AreEqual(3, source.Channels);
        Assert.IsTrue(Pixels(source, 0).Chunk(3).Any(pixel => pixel.Max() - pixel.Min() > 50));
        new SourceContract(source).Verify();
    }

    private static bool[] Decoded(RunLengthMask mask)
    {
        var inside = new bool[mask.Size.Height * mask.Size.Width];
        var place = 0;
        foreach (var (run, length) in mask.Counts.Index())
        {
            for (var i = 0; i < length; i++, place++)
            {
                inside[(place % mask.Size.Height * mask.Size.Width) + (place / mask.Size.Height)] = run % 2 == 1;
            }
        }

        return inside;
    }

    private static byte[] Pixels(SceneSource source, int index)
    {
        var buffer = new PixelBuffer();
        source.Read(index, buffer);
        return buffer.Image.Pixels.ToArray();
    }
}
