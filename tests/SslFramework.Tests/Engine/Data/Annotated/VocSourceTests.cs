using System.Text;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class VocSourceTests
{
    private const string Dog = """
        <object><name>dog</name><pose>Left</pose><difficult>0</difficult><bndbox><xmin>48</xmin><ymin>24.5</ymin><xmax>195</xmax><ymax>37</ymax></bndbox>
        <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part></object>
        """;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Objects_OfAnImage_BeginOnePixelLower()
    {
        var source = Open(Dog + "\n<object><name>cat</name><difficult>1</difficult><bndbox><xmax>3</xmax><xmin>1</xmin><ymin>1</ymin><ymax>4</ymax></bndbox></object>");
        Assert.AreEqual((2, "JPEGImages/000005.jpg"), (source.Count, source.Name(0)));
        var objects = source.Objects(0).Objects;
        Assert.AreEqual((11, new Box(47, 23.5, 148, 13.5), false), (objects[0].Class, objects[0].Box, objects[0].Difficult));
        Assert.AreEqual((7, new Box(0, 0, 3, 4), true), (objects[1].Class, objects[1].Box, objects[1].Difficult));
        CollectionAssert.AreEqual(new[] { -8, 11 }, source.ClassSet(0).ToArray());
        new SourceContract(source).Verify();
    }

    [TestMethod]
    [DataRow("<name>dog</name>", "<name>unicorn</name>", "'unicorn' is none of VOC's 20 classes")]
    [DataRow("<xmin>48</xmin>", "<xmin>NaN</xmin>", "no possible \"xmin\"")]
    [DataRow("<xmin>48</xmin>", "", "no possible \"xmin\"")]
    [DataRow("<xmax>195</xmax>", "<xmax>1e99</xmax>", "no possible \"xmax\"")]
    [DataRow("<xmax>195</xmax>", "<xmax>47</xmax>", "ends before it begins")]
    [DataRow("</object>", "", "not the XML")]
    public void Objects_OfADamagedFile_AreRefusedWithTheirPlace(string sound, string damaged, string sentence) =>
        DataErrors.AssertRefused(() => Open(Dog.Replace(sound, damaged, StringComparison.Ordinal)).Objects(0), "000005.xml", sentence, "line");

    [TestMethod]
    public void Objects_OfAFileWithEntities_AreRefused()
    {
        var source = Open(Dog);
        folder.Write("Annotations/000005.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><annotation>&b;</annotation>"u8.ToArray());
        DataErrors.AssertRefused(() => source.Objects(0), "000005.xml", "DTD");
    }

    [TestMethod]
    public void Open_AListOfWhatIsNoName_IsRefused() => DataErrors.AssertRefused(() => Open(Dog, "../000005"), "trainval.txt", "no name of an image", "line 1");

    [TestMethod]
    public void Open_SeveralYears_HasTheirImagesOneAfterTheOther()
    {
        foreach (var (year, name, objects) in new[] { (2007, "000005", Dog), (2012, "2008_000002", Dog.Replace("dog", "cat", StringComparison.Ordinal)) })
        {
            folder.Write($"VOC{year}/JPEGImages/{name}.jpg", ImageFixtures.Jpeg(200, 40));
            folder.Write($"VOC{year}/ImageSets/Main/trainval.txt", Encoding.UTF8.GetBytes($"{name}\n"));
            folder.Write($"VOC{year}/Annotations/{name}.xml", Encoding.UTF8.GetBytes($"<annotation>{objects}</annotation>"));
        }

        var source = new VocSource(new() { Path = folder.Root, Years = [2007, 2012] });
        Assert.AreEqual((2, "VOC2007/JPEGImages/000005.jpg", "VOC2012/JPEGImages/2008_000002.jpg"), (source.Count, source.Name(0), source.Name(1)));
        CollectionAssert.AreEqual(new[] { 11, 7 }, new[] { source.ClassSet(0)[0], source.ClassSet(1)[0] });
        Assert.IsTrue(source.Files.All(File.Exists));
        Assert.HasCount(4, source.Files);
        new SourceContract(source).Verify();
        DataErrors.AssertRefused(() => _ = new VocSource(new() { Path = folder.Root, Years = [2007, 2013] }), "VOC2013");
    }

    private VocSource Open(string objects, string list = "000005  1\n000007 -1\n")
    {
        folder.Write("JPEGImages/000005.jpg", ImageFixtures.Jpeg(200, 40));
        folder.Write("JPEGImages/000007.jpg", ImageFixtures.Jpeg(10, 20));
        folder.Write("ImageSets/Main/trainval.txt", Encoding.UTF8.GetBytes(list));
        folder.Write("Annotations/000007.xml", "<annotation/>"u8.ToArray());
        folder.Write("Annotations/000005.xml", Encoding.UTF8.GetBytes($"<annotation>\n<folder>VOC2007</folder>{objects}</annotation>"));
        return new(new() { Path = folder.Root });
    }
}
