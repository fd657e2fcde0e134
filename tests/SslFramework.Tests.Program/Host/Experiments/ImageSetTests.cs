using SslFramework.Core.Data;
using SslFramework.Engine.Data.Archives;
using SslFramework.Host.Experiments;

namespace SslFramework.Tests.Host.Experiments;

[TestClass]
public class ImageSetTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Find_APathThatAPluginsSourceOpens_IsThatSource()
    {
        var path = folder.Write("all.own", [1]);
        var components = TestCatalog.Of<IDataSource, OwnSource, OwnOptions>("own");
        var found = ImageSet.Find(path, components);
        Assert.AreEqual($$"""{"name":"own","archive":"{{path}}"}""", found.All.ToJson()!.ToJsonString());
        Assert.AreEqual($$"""{"name":"own","archive":"{{path}}","split":"train"}""", found.Train.ToJson()!.ToJsonString());
        Assert.AreEqual("pack", ImageSet.Find(folder.Write("all.other", [1]), components).All.Members["name"].Text);
    }

    [TestMethod]
    public void Find_ATarOfAnotherName_IsKnownByItsContent()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        var found = ImageSet.Find(folder.Write("shard", tar), TestCatalog.Of<IDataSource, TarShardsSource, TarShardsOptions>("tarShards"));
        Assert.AreEqual("tarShards", found.All.Members["name"].Text);
    }

    [TestMethod]
    public void Find_AFolderAndItsPack_AreOfTwoNames()
    {
        folder.Write("photos/a.jpg", [1]);
        var pack = ImageSet.Find(folder.Write("photos.pack", [1]), TestCatalog.Empty);
        Assert.AreEqual("photos.pack", pack.Name);
        Assert.AreEqual("photos", ImageSet.Find(Path.Combine(folder.Root, "photos"), TestCatalog.Empty).Name);
    }

    [TestMethod]
    [DataRow("fashion-mnist", "idx")]
    [DataRow("emoji", "pack")]
    public void Find_ASetThatShips_HasImagesToLearnFromAndToMeasureOn(string name, string source)
    {
        var found = ImageSet.Find(name, TestCatalog.Of<IDataSource, OwnSource, OwnOptions>("own"));
        Assert.AreEqual(name, found.Name);
        Assert.AreEqual((source, source), (found.Train.Members["name"].Text, found.Test.Members["name"].Text));
        Assert.AreNotEqual(found.Train.ToJson()!.ToJsonString(), found.Test.ToJson()!.ToJsonString());
    }

    private sealed record OwnOptions : EncodedSourceOptions
    {
        [FilePath]
        public string Archive { get; init; } = "";
    }

    private sealed class OwnSource : IDataSource, IOpensPaths
    {
        public int Count => 0;

        public int Channels => 3;

        public IReadOnlyList<string> Classes => [];

        public static bool Opens(string path) => path.EndsWith(".own", StringComparison.Ordinal);

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination) => throw new NotSupportedException();
    }
}
