using System.Text;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Data.Annotated;

[TestClass]
public class InaturalistSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Label_OfAnImage_IsItsCategory()
    {
        var source = Open("""{"id": 1, "image_id": 8, "category_id": 5}, {"id": 2, "image_id": 6, "category_id": 2}""");
        CollectionAssert.AreEqual(new[] { "finch", "oak" }, source.Classes.ToArray());
        Assert.AreEqual((0, null, 1), (source.Label(0), source.Label(1), source.Label(2)));
        Assert.AreEqual("Aves/6.jpg", source.Name(0));
        new SourceContract(source).Verify();
    }

    [TestMethod]
    public void Open_TwoClassesOfAnImage_AreRefused() => DataErrors.AssertRefused(
        () => Open("""{"id": 1, "image_id": 8, "category_id": 5}, {"id": 2, "image_id": 8, "category_id": 2}"""), "train.json", "'Aves/8.jpg' has two annotations");

    private InaturalistSource Open(string annotations)
    {
        foreach (var id in new[] { 6, 7, 8 })
        {
            folder.Write($"Aves/{id}.jpg", ImageFixtures.Jpeg(6, 5));
        }

        var file = folder.Write("train.json", Encoding.UTF8.GetBytes($$"""
            {"images": [{"id": 8, "file_name": "Aves/8.jpg"}, {"id": 6, "file_name": "Aves/6.jpg", "height": 5, "width": 6}, {"id": 7, "file_name": "Aves/7.jpg"}],
             "categories": [{"id": 5, "name": "oak", "supercategory": "Plantae"}, {"id": 2, "name": "finch"}], "annotations": [{{annotations}}]}
            """));
        return new(new() { Annotations = file, Images = folder.Root });
    }
}
