using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework;
using SslFramework.Testing;

namespace MySource.Tests;

[TestClass]
public class MySourceTests
{
    // Two pixels, one red and one blue.
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==";

    private readonly string folder = Directory.CreateTempSubdirectory("my-source").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    /// <summary>Shapes, labels and threads, each with a sentence if something is wrong.</summary>
    [TestMethod]
    public void Source_KeepsTheContract() => new SourceContract(List("a.png,cat", "b.png,dog", "c.png,cat")).Verify();

    [TestMethod]
    public void Label_WithAndWithoutClass()
    {
        var source = List("a.png,dog", "b.png", "c.png,cat");
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, source.Classes.ToArray());
        CollectionAssert.AreEqual(new int?[] { 1, null, 0 }, Enumerable.Range(0, 3).Select(source.Label).ToArray());
    }

    [TestMethod]
    public void Construct_NoImages_SaysWhatALineIs() =>
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => List()).Message, "names no image");

    private MySource List(params string[] lines)
    {
        foreach (var line in lines)
        {
            File.WriteAllBytes(Path.Combine(folder, line.Split(',')[0]), Convert.FromBase64String(Picture));
        }

        var list = Path.Combine(folder, "images.csv");
        File.WriteAllLines(list, lines);
        return new MySource(new MySourceOptions { Path = list });
    }
}
