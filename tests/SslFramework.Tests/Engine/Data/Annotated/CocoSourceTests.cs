using System.Globalization;
using System.Text;
using SslFramework.Core.Data.Masks;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class CocoSourceTests
{
    private const string Images =
        """{"id": 9, "file_name": "b.jpg", "height": 20, "width": 30}, {"id": 0, "file_name": "sub/a.jpg", "height": 20, "width": 30, "license": [1, {"x": null}]}""";

    private const string Categories = """{"id": 7, "name": "cat"}, {"id": 3, "name": "d\u00f6g"}""";

    private const string Annotations = """
        {"id": 0, "image_id": 9, "category_id": 7, "bbox": [1, 2, 10.5, 8], "area": 41.25, "iscrowd": 0, "segmentation": [[1, 2, 11, 2, 6, 9], [12, 12, 15, 12, 15, 15, 12, 15]]},
        {"id": 5, "image_id": 0, "category_id": 3, "bbox": [0, 0, 30, 20], "iscrowd": 1, "segmentation": {"counts": [100, 400, 100], "size": [20, 30]}},
        {"id": 4, "image_id": 9, "category_id": 3, "bbox": [1e0, 2, 3, 4], "area": 12, "segmentation": {"size": [20, 30], "counts": "T3`<T3"}}
        """;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Objects_OfAFile_AreThoseOfEachImageInOrderOfIds()
    {
        var source = Open(Images, Categories, Annotations);
        Assert.AreEqual((2, "sub/a.jpg", "b.jpg"), (source.Count, source.Name(0), source.Name(1)));
        CollectionAssert.AreEqual(new[] { "dög", "cat" }, source.Annotations.ObjectClasses.ToArray());
        Assert.AreEqual(LabelKinds.Objects | LabelKinds.ClassSets | LabelKinds.Masks, source.Annotations.Kinds);
        var crowd = source.Objects(0).Objects.Single();
        Assert.AreEqual((0, true, null, new Box(0, 0, 30, 20)), (crowd.Class, crowd.Crowd, crowd.Area, crowd.Box));
        Assert.AreEqual(400, crowd.Mask!.PixelCount());
        var objects = source.Objects(1).Objects;
        Assert.AreEqual((1, false, 41.25, new Box(1, 2, 10.5, 8)), (objects[0].Class, objects[0].Crowd, objects[0].Area, objects[0].Box));
        CollectionAssert.AreEqual(
            PolygonMask.EncodeParts([[1, 2, 11, 2, 6, 9], [12, 12, 15, 12, 15, 15, 12, 15]], new(20, 30)).Counts.ToArray(), objects[0].Mask!.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { 100, 400, 100 }, objects[1].Mask!.Counts.ToArray());
    }

    [TestMethod]
    public void ClassSet_OfAnImage_IsTheClassesOfItsObjectsOnceEachAndAscending()
    {
        var source = Open(Images, Categories, Annotations);
        CollectionAssert.AreEqual(new[] { 0 }, source.ClassSet(0).ToArray()); // a crowd shows its class, too
        CollectionAssert.AreEqual(new[] { 0, 1 }, source.ClassSet(1).ToArray());
    }

    [TestMethod]
    public void Source_OfSoundFiles_KeepsItsContract() => new SourceContract(Open(Images, Categories, Annotations)).Verify();

    [TestMethod]
    public void Objects_AnnotationsBeforeImages_AreTheSame()
    {
        var file = Write($$"""{"annotations": [{{Annotations}}], "categories": [{{Categories}}], "images": [{{Images}}]}""");
        Assert.AreEqual(2, Open(file).Objects(1).Objects.Count);
        DataErrors.AssertRefused(
            () => Open(Write($$"""{"annotations": [{{Annotations.Replace("400, 100]", "400, 101]")}}], "categories": [{{Categories}}], "images": [{{Images}}]}""")),
            "instances.json", "annotation 5", "sum to 601");
    }

    [TestMethod]
    public void Objects_OfPeople_HaveKeypoints()
    {
        var source = Open(
            Images,
            """{"id": 1, "name": "person", "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]}""",
            """{"id": 1, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4], "num_keypoints": 1, "keypoints": [0, 0, 0, 5, 6.5, 2]}""");
        Assert.AreEqual(LabelKinds.Objects | LabelKinds.ClassSets | LabelKinds.Keypoints, source.Annotations.Kinds);
        CollectionAssert.AreEqual(new[] { "nose", "tail" }, source.Annotations.KeypointNames.ToArray());
        CollectionAssert.AreEqual(new Keypoint[] { new(0, 0, 0), new(5, 6.5, 2) }, source.Objects(1).Objects[0].Keypoints.ToArray());
    }

    [TestMethod]
    public void Objects_OfALargeFile_AreTheSameFromTheCache()
    {
        var before = Environment.GetEnvironmentVariable("SSL_CACHE");
        Environment.SetEnvironmentVariable("SSL_CACHE", Path.Combine(folder.Root, "cache"));
        try
        {
            var images = string.Join(", ", Enumerable.Range(10, 2000).Select(id => $$"""{"id": {{id}}, "file_name": "{{id}}.jpg", "height": 9, "width": 9}"""));
            var file = Write($$"""{"images": [{{Images}}, {{images}}], "categories": [{{Categories}}], "annotations": [{{Annotations}}]}""");
            var (first, second) = (Open(file), Open(file));
            Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.Root, "cache")));
            Assert.AreEqual((2002, "2009.jpg"), (second.Count, second.Name(2001)));
            for (var image = 0; image < 3; image++)
            {
                Assert.AreEqual(Written(first.Objects(image)), Written(second.Objects(image)));
            }

            // Another file in its place is noticed.
            Write($$"""{"images": [{{Images}}], "categories": [{{Categories}}], "annotations": []}""");
            Assert.AreEqual(2, Open(file).Count);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SSL_CACHE", before);
        }
    }

    [TestMethod]
    public void Read_AnImageOfAnotherSize_IsRefused()
    {
        var source = Open(Images.Replace("\"width\": 30}", "\"width\": 31}"), Categories, "");
        DataErrors.AssertRefused(() => source.Read(1, new()), "b.jpg", "20 × 30", "20 × 31");
    }

    [TestMethod]
    public void Open_APolygonThatCrossesTheImageAgainAndAgain_IsRefused()
    {
        // Each crossing of a wide image takes a million steps and as much memory as it has columns.
        var corners = string.Join(", ", Enumerable.Repeat("1, 2, 29, 2", 100));
        DataErrors.AssertRefused(
            () => Open(Images, Categories, Annotations.Replace("[1, 2, 11, 2, 6, 9]", $"[{corners}]")),
            "longer than 100 heights and widths");
    }

    [TestMethod]
    [DataRow("\"id\": 5", "\"id\": 0", "two annotations with the id 0")]
    [DataRow("\"image_id\": 0", "\"image_id\": 1", "image 1, which the file does not have")]
    [DataRow("\"category_id\": 7", "\"category_id\": 8", "category 8, which the file does not have")]
    [DataRow("[1, 2, 11, 2, 6, 9]", "[1, 2, 11, 2]", "a polygon has 4 numbers")]
    [DataRow("[1, 2, 11, 2, 6, 9]", "[1, 2, 11, 2, 6, 9, 8]", "a polygon has 7 numbers")]
    [DataRow("[1, 2, 11, 2, 6, 9]", "[1, 2, 1e9, 2, 6, 9]", "far from the image")]
    [DataRow("[1, 2, 11, 2, 6, 9]", "[1, 2, 1e999, 2, 6, 9]", "a number in it is too large")]
    [DataRow("[1, 2, 11, 2, 6, 9]", "[1, 2, \"3\", 2, 6, 9]", "a number is expected")]
    [DataRow("10.5, 8]", "-10.5, 8]", "sides are below 0")]
    [DataRow("10.5, 8]", "10.5]", "not four numbers")]
    [DataRow("41.25", "-1", "below 0")]
    [DataRow("[100, 400, 100]", "[100, 400, 99]", "sum to 599")]
    [DataRow("[100, 400, 100]", "[100, -1, 100]", "no possible length")]
    [DataRow("[20, 30]}},", "[30, 20]}},", "its runs are of 30 × 20 pixels")]
    [DataRow("T3`<T3", "T3`<T", "ends in the middle")]
    [DataRow("T3`<T3", "T3`<T3\\u0000", "does not occur")]
    [DataRow("\"iscrowd\": 1", "\"iscrowd\": 0.5", "whole number")]
    [DataRow("\"segmentation\": [[1", "\"segmentation\": [1, [1", "an array is expected")]
    [DataRow("\"bbox\": [1, 2, 10.5, 8],", "", "no \"bbox\"")]
    public void Open_DamagedAnnotations_AreRefusedWithTheirPlace(string sound, string damaged, string sentence) =>
        DataErrors.AssertRefused(() => Open(Images, Categories, Annotations.Replace(sound, damaged, StringComparison.Ordinal)), "instances.json", sentence, "at byte");

    [TestMethod]
    [DataRow("\"id\": 9", "\"id\": 0", "two images with the id 0")]
    [DataRow("b.jpg", "../b.jpg", "lead out of the folder")]
    [DataRow("b.jpg", "/etc/b.jpg", "lead out of the folder")]
    [DataRow("b.jpg", "a/../../b.jpg", "lead out of the folder")]
    [DataRow("b.jpg", "\\ud800", "not Unicode")]
    [DataRow("\"height\": 20, \"width\": 30}", "\"height\": 0, \"width\": 30}", "no possible \"height\"")]
    [DataRow("\"height\": 20, \"width\": 30}", "\"height\": 100000, \"width\": 100000}", "no possible \"height\"")]
    public void Open_DamagedImages_AreRefused(string sound, string damaged, string sentence) =>
        DataErrors.AssertRefused(() => Open(Images.Replace(sound, damaged, StringComparison.Ordinal), Categories, Annotations), "instances.json", sentence);

    [TestMethod]
    [DataRow("", "not JSON")]
    [DataRow("[]", "an object is expected")]
    [DataRow("{\"images\": [", "not JSON")]
    [DataRow("{\"images\": [}", "not JSON")]
    [DataRow("{\"images\": []}", "names no image")]
    [DataRow("{\"images\": 3}", "an array is expected")]
    public void Open_OtherFiles_AreRefused(string text, string sentence) => DataErrors.AssertRefused(() => Open(Write(text)), "instances.json", sentence);

    [TestMethod]
    public void Open_TwoCategoriesWithAnId_IsRefused() =>
        DataErrors.AssertRefused(() => Open(Images, Categories.Replace("\"id\": 7", "\"id\": 3"), ""), "two categories with the id 3");

    /// <summary>Texts, numbers and escapes lie across the edge of the buffer, wherever that is.</summary>
    [TestMethod]
    public void Open_AnyLengthBefore_IsTheSame()
    {
        var expected = Written(Open(Images, Categories, Annotations).Objects(1));
        foreach (var length in Enumerable.Range((1 << 16) - 700, 650).Where(length => length % 7 == 0).Append(200_000))
        {
            var file = Write($$"""{"info": "{{new string('x', length)}}", "images": [{{Images}}], "categories": [{{Categories}}], "annotations": [{{Annotations}}]}""");
            Assert.AreEqual(expected, Written(Open(file).Objects(1)), $"{length}");
        }
    }

    private static string Written(ImageObjects objects) => string.Join("; ", objects.Objects.Select(one => string.Create(
        CultureInfo.InvariantCulture, $"{one.Class} {one.Box} {one.Area} {one.Crowd} {string.Join(' ', one.Mask?.Counts ?? [])}")));

    private CocoSource Open(string images, string categories, string annotations) =>
        Open(Write($$"""{"info": {"year": 2017}, "images": [{{images}}], "annotations": [{{annotations}}], "categories": [{{categories}}]}"""));

    private CocoSource Open(string file)
    {
        folder.Write("images/b.jpg", ImageFixtures.Jpeg(30, 20));
        folder.Write("images/sub/a.jpg", ImageFixtures.Jpeg(30, 20));
        return new(new() { Annotations = file, Images = Path.Combine(folder.Root, "images") });
    }

    private string Write(string text) => folder.Write("instances.json", Encoding.UTF8.GetBytes(text));
}
