using System.Formats.Tar;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Archives;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Core.Data.Decoding;

namespace SslFramework.Tests.Engine.Data;

/// <summary>Every source knows its files, so that a file that was written anew shows.</summary>
[TestClass]
public class DataIdentityTests
{
    private static readonly DateTime Another = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow("folder")]
    [DataRow("tar")]
    [DataRow("pack")]
    [DataRow("idx")]
    [DataRow("cifar")]
    [DataRow("subset")]
    [DataRow("maskFolder")]
    public void DifferenceTo_AFileWrittenAnew_IsFound(string kind)
    {
        var (open, file) = Make(kind);
        var before = DataIdentity.Of(open());
        Assert.IsNull(before.DifferenceTo(DataIdentity.Of(open())));
        Assert.AreEqual(before, DataIdentity.Of(open()), "as a checkpoint has it");
        File.SetLastWriteTimeUtc(file, Another);
        Assert.AreEqual("files that were written at other times", before.DifferenceTo(DataIdentity.Of(open())));
    }

    [TestMethod]
    public void DifferenceTo_ALinkedFileWrittenAnew_IsFound()
    {
        var target = folder.Write("elsewhere/0.png", ImageFixtures.Jpeg(8, 8));
        var link = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Root, "links")).FullName, "0.png");
        File.CreateSymbolicLink(link, target);
        var before = DataIdentity.Of(new Listed([link], 1));
        File.SetLastWriteTimeUtc(target, Another);
        Assert.AreEqual("files that were written at other times", before.DifferenceTo(DataIdentity.Of(new Listed([link], 1))));
    }

    [TestMethod]
    public void DifferenceTo_OtherNumberOrLabels_IsFoundWithoutFiles()
    {
        var before = DataIdentity.Of(new Listed([], 0));
        Assert.AreEqual("the same images with other labels", before.DifferenceTo(DataIdentity.Of(new Listed([], 1))));
        Assert.AreEqual("300 images instead of 200", DataIdentity.Of(new SyntheticSource(new() { Count = 200 })).DifferenceTo(DataIdentity.Of(new SyntheticSource(new() { Count = 300 }))));
    }

    [TestMethod]
    public void Of_AFileThatIsGone_IsOfAnotherSize() => Assert.AreEqual(
        "files of other sizes",
        DataIdentity.Of(new Listed([folder.Write("a", [1])], 0)).DifferenceTo(DataIdentity.Of(new Listed([Path.Combine(folder.Root, "gone")], 0))));

    private (Func<IDataSource> Open, string File) Make(string kind)
    {
        var image = folder.Write("images/a/0.jpg", ImageFixtures.Jpeg(8, 8));
        folder.Write("images/b/1.jpg", ImageFixtures.Jpeg(8, 8));
        var images = Path.Combine(folder.Root, "images");
        switch (kind)
        {
            case "folder":
                return (() => new ImageFolderSource(new() { Path = images }), image);
            case "subset":
                return (() => new SourceSubset(new ImageFolderSource(new() { Path = images }), [1, 0]), image);
            case "maskFolder":
                folder.Write("classes.txt", "a"u8.ToArray());
                var mask = folder.Write("masks/a/0.png", PngFixtures.Make(8, 0, 1, [0]));
                folder.Write("masks/b/1.png", PngFixtures.Make(8, 0, 1, [0]));
                return (() => new MaskFolderSource(new() { Path = folder.Root }), mask);
            case "pack":
                var pack = Path.Combine(folder.Root, "all.pack");
                PackWriter.Write(new ImageFolderSource(new() { Path = images }), pack, shorterSide: null);
                return (() => new PackSource(new() { Path = pack }), pack);
            case "tar":
                var tar = Path.Combine(folder.Root, "all.tar");
                TarFile.CreateFromDirectory(images, tar, includeBaseDirectory: false);
                return (() => new TarShardsSource(new() { Path = tar }), tar);
            case "idx":
                var idx = folder.Write("images.idx", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]);
                return (() => new IdxSource(new() { Images = idx }), idx);
            default:
                var cifar = folder.Write("some.bin", new byte[3073]);
                return (() => new Cifar10Source(new() { Path = cifar }), cifar);
        }
    }

    private sealed class Listed(string[] files, int label) : IDataSource
    {
        public int Count => 1;

        public int Channels => 3;

        public IEnumerable<string> Files => files;

        public IReadOnlyList<string> Classes => ["a", "b"];

        public int? Label(int index) => label;

        public void Read(int index, PixelBuffer destination) => throw new NotSupportedException("its identity needs no pixels");
    }
}
