using SslFramework.Engine.Data.Archives;

namespace SslFramework.Tests.Engine.Data.Archives;

/// <summary>The colored images that ship: host/data/emoji.</summary>
[TestClass]
public class EmojiTests
{
    private static readonly string[] People = ["1f468", "1f469", "1f9d1"];

    [TestMethod]
    [DataRow("train", 580)]
    [DataRow("test", 200)]
    public void Pictures_OfAPart_AreAsManyOfEachClass(string part, int count)
    {
        var pack = Open(part);
        Assert.AreEqual("animal building clothing face food hand person plant tool vehicle", string.Join(' ', pack.Classes));
        var labels = Enumerable.Range(0, pack.Count).Select(image => pack.Label(image)!.Value).ToArray();
        CollectionAssert.AreEqual(Enumerable.Repeat(count, 10).ToArray(), labels.CountBy(label => label).Select(each => each.Value).ToArray());
        var buffer = new PixelBuffer();
        pack.Read(pack.Count - 1, buffer);
        Assert.AreEqual((32, 32, 3), (buffer.Height, buffer.Width, buffer.Channels));
    }

    /// <summary>By vendor, gender or color: a network could know them again.</summary>
    [TestMethod]
    public void Variants_OfADrawing_AreOfOnePart()
    {
        var (train, test) = (Drawings("train"), Drawings("test"));
        CollectionAssert.AreEqual(Array.Empty<string>(), train.Intersect(test).ToArray());
        Assert.AreEqual((579, 188), (train.Count, test.Count));
    }

    private static HashSet<string> Drawings(string part)
    {
        var pack = Open(part);
        return [.. Enumerable.Range(0, pack.Count).Select(pack.Name).Select(DrawingOf)];
    }

    /// <summary>animal/012-1f408-200d-2b1b-google.png, a black cat, is a variant of animal/1f408, a cat.</summary>
    private static string DrawingOf(string name)
    {
        string[] codes = Path.GetFileName(name).Split('-')[1..^1];
        var drawing = codes.FirstOrDefault(code => code is not ("200d" or "fe0f") && !People.Contains(code)) ?? codes[0];
        return $"{Path.GetDirectoryName(name)}/{drawing}";
    }

    private static PackSource Open(string part) => new(new() { Path = Path.Combine(AppContext.BaseDirectory, "data", "emoji", $"{part}.pack") });
}
