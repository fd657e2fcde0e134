using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class LvisSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Objects_OfAnImage_SayWhatWasLookedFor()
    {
        var source = Open("[20]", "[10, 30]");
        Assert.AreEqual("train2017/1.jpg", source.Name(0));
        var objects = source.Objects(0);
        CollectionAssert.AreEqual(new[] { 1 }, objects.NegativeClasses.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2 }, objects.NotExhaustiveClasses.ToArray());
        Assert.AreEqual((2, true), (objects.Objects.Single().Class, objects.Objects[0].Mask is not null));
        new SourceContract(source).Verify();
    }

    [TestMethod]
    public void Open_AnUnknownCategory_IsRefused() => DataErrors.AssertRefused(() => Open("[21]", "[]"), "lvis.json", "category 21");

    private LvisSource Open(string negative, string open)
    {
        folder.Write("train2017/1.jpg", ImageFixtures.Jpeg(10, 10));
        var file = folder.Write("lvis.json", [.. System.Text.Encoding.UTF8.GetBytes($$"""
            {"images": [{"id": 4, "coco_url": "http://images.cocodataset.org/train2017/1.jpg", "height": 10, "width": 10, "neg_category_ids": {{negative}}, "not_exhaustive_category_ids": {{open}}}],
             "categories": [{"id": 10, "name": "a", "frequency": "r"}, {"id": 20, "name": "b"}, {"id": 30, "name": "c"}],
             "annotations": [{"id": 1, "image_id": 4, "category_id": 30, "bbox": [0, 0, 5, 5], "area": 9, "segmentation": [[0, 0, 5, 0, 5, 5]]}]}
            """)]);
        return new(new() { Annotations = file, Images = folder.Root });
    }
}
