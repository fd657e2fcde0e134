using System.Text;
using SslFramework.Core.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Sources;

[TestClass]
public class ImageListSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Label_OfPlacesList_IsTheNumber() => AssertClasses(
        Open("list.txt", "a/b.jpg 2\n\n/a/c.jpg 0\r\n"), ["0", "1", "2"], ("a/b.jpg", 2), ("a/c.jpg", 0));

    [TestMethod]
    public void Label_OfPetsList_CountsFromOne() => AssertClasses(
        Open("list.txt", "#Image CLASS-ID SPECIES\nb 2 1 1\nc 1 1 2\n", options => options with { Skip = 1, ClassColumn = 1, FirstClass = 1, Extension = ".jpg" }),
        ["1", "2"],
        ("b.jpg", 1),
        ("c.jpg", 0));

    [TestMethod]
    public void Label_OfAircraftList_IsTheRestOfTheLine() => AssertClasses(
        Open("list.txt", "10 Cessna 172\n11 A300B4\n", options => options with { Extension = ".jpg" }), ["A300B4", "Cessna 172"], ("10.jpg", 1), ("11.jpg", 0));

    [TestMethod]
    public void Label_OfAListOfPathsAlone_IsTheFolder() => AssertClasses(
        Open("list.txt", "./z/one/b.jpg\ny/c.jpg\nd.jpg\n"), ["y", "z/one"], ("z/one/b.jpg", 1), ("y/c.jpg", 0), ("d.jpg", null));

    [TestMethod]
    public void Label_OfCsv_IsThatOfItsColumn() => AssertClasses(
        Open("list.csv", "id,\"class, or \"\"label\"\"\",path\n1,\"red, deep\",a b.jpg\n2,blue,c.jpg", options => options with { Skip = 1, PathColumn = 2, ClassColumn = 1 }),
        ["blue", "red, deep"],
        ("a b.jpg", 1),
        ("c.jpg", 0));

    [TestMethod]
    public void Label_OfJson_IsThatOfTheGroupOrPair()
    {
        AssertClasses(
            Open("list.json", """{"pie": ["pie/1", "pie/2"], "jam": ["jam/3"]}""", options => options with { Extension = ".jpg" }),
            ["jam", "pie"],
            ("pie/1.jpg", 1),
            ("pie/2.jpg", 1),
            ("jam/3.jpg", 0));
        AssertClasses(Open("list.json", """[["a.jpg", 1], ["b.jpg", 0]]"""), ["0", "1"], ("a.jpg", 1), ("b.jpg", 0));
    }

    [TestMethod]
    public void Label_WithNamesOfClasses_IsTheirNumber()
    {
        folder.Write("names.txt", "oak\nfinch\nfox\n"u8.ToArray());
        var names = Path.Combine(folder.Root, "names.txt");
        AssertClasses(Open("list.txt", "a.jpg finch\n", options => options with { Classes = names }), ["oak", "finch", "fox"], ("a.jpg", 1));
        AssertClasses(Open("list.txt", "a.jpg 3\n", options => options with { Classes = names, FirstClass = 1 }), ["oak", "finch", "fox"], ("a.jpg", 2));
        DataErrors.AssertRefused(() => Open("list.txt", "a.jpg owl\n", options => options with { Classes = names }), "list.txt", "'owl'", "line 1");
        DataErrors.AssertRefused(() => Open("list.txt", "a.jpg 3\n", options => options with { Classes = names }), "list.txt", "the class 3", "line 1");
    }

    [TestMethod]
    [DataRow("list.txt", "\n\n", "names no image")]
    [DataRow("list.txt", "a.jpg 1\n../b.jpg 1\n", "line 2")]
    [DataRow("list.txt", "a/../../b.jpg 1\n", "lead out of the folder")]
    [DataRow("list.txt", "C:\\b.jpg 1\n", "lead out of the folder")]
    [DataRow("list.txt", "a.jpg 99999999999\n", "the class 99999999999")]
    [DataRow("list.txt", "a.jpg 2000000\n", "the class 2000000")]
    [DataRow("list.json", "[1]", "neither an object")]
    [DataRow("list.json", "[[\"a.jpg\"]]", "neither an object")]
    [DataRow("list.json", "{\"a\": 1}", "neither an object")]
    [DataRow("list.json", "{", "neither an object")]
    [DataRow("list.json", "[[null, 1]]", "no path")]
    public void Open_DamagedLists_AreRefused(string file, string text, string sentence) => DataErrors.AssertRefused(() => Open(file, text), file, sentence);

    [TestMethod]
    public void Open_OtherFiles_AreRefused()
    {
        DataErrors.AssertRefused(() => Open("list.txt", "a.jpg\n", options => options with { ClassColumn = 1 }), "1 columns where 2 are needed", "line 1");
        DataErrors.AssertRefused(() => Open("list.txt", null, bytes: [0xFF, 0xFE, 0x41]), "no text in UTF-8");
        DataErrors.AssertRefused(() => Open("gone.txt", null), "gone.txt", "does not exist");
    }

    [TestMethod]
    public void Source_OfSoundFiles_KeepsItsContractAndSplits()
    {
        for (var i = 0; i < 20; i++)
        {
            folder.Write($"images/{i}.jpg", ImageFixtures.Jpeg(8, 8));
        }

        var list = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i}.jpg {i % 3}\n"));
        var source = Open("list.txt", list);
        new SourceContract(source).Verify();
        var parts = new[] { DataSplit.Train, DataSplit.Test }.Select(split => Open("list.txt", list, options => options with { Split = split, TestFraction = 0.3 })).ToArray();
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 20).Select(source.Name).ToArray(), parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(part.Name)).ToArray());
        Assert.IsTrue(parts.All(part => part.Label(0) == int.Parse(Path.GetFileNameWithoutExtension(part.Name(0))) % 3));
    }

    private static void AssertClasses(ImageListSource source, string[] classes, params (string Name, int? Label)[] images)
    {
        CollectionAssert.AreEqual(classes, source.Classes.ToArray());
        CollectionAssert.AreEqual(images, Enumerable.Range(0, source.Count).Select(i => (source.Name(i), source.Label(i))).ToArray());
    }

    private ImageListSource Open(string file, string? text, Func<ImageListOptions, ImageListOptions>? change = null, byte[]? bytes = null)
    {
        var path = Path.Combine(folder.Root, file);
        if (bytes is not null || text is not null)
        {
            folder.Write(file, bytes ?? Encoding.UTF8.GetBytes(text!));
        }

        var options = new ImageListOptions { List = path, Images = Path.Combine(folder.Root, "images") };
        return new(change is null ? options : change(options));
    }
}
