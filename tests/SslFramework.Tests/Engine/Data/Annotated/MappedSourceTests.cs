using System.Text;
using SslFramework.Core.Data.Masks;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Core.Data.Decoding;

namespace SslFramework.Tests.Engine.Data.Annotated;

/// <summary>Cityscapes, ADE20K and the maps of PASCAL VOC: numbers in PNGs that stand for classes.</summary>
[TestClass]
public class MappedSourceTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Cityscapes_NumbersOfLabels_BecomeTheNineteenClasses()
    {
        var source = Cityscapes([7, 8, 33, 0, 6, 26], [7, 8, 33_000, 0, 6, 26_000]);
        Assert.AreEqual(("bonn/a_leftImg8bit.png", 19, 8), (source.Name(0), source.Annotations.MapClasses.Count, source.Annotations.ObjectClasses.Count));
        CollectionAssert.AreEqual(new byte[] { 0, 1, 18, 255, 255, 13 }, Map(source));
        Assert.AreEqual("car", source.Annotations.MapClasses[13]);
        new SourceContract(source).Verify();
    }

    [TestMethod]
    public void Cityscapes_NumbersOfObjects_BecomeTheirMasks()
    {
        var objects = Cityscapes(new byte[6], [26_001, 26, 26_001, 7, 24_000, 26]).Objects(0).Objects; // 2 rows of 3
        CollectionAssert.AreEqual(new[] { (2, true), (0, false), (2, false) }, objects.Select(one => (one.Class, one.Crowd)).ToArray());
        var (group, person, car) = (objects[0], objects[1], objects[2]);
        CollectionAssert.AreEqual(new[] { 2, 1, 2, 1 }, group.Mask!.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { 3, 1, 2 }, person.Mask!.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 3, 1, 1 }, car.Mask!.Counts.ToArray());
        Assert.AreEqual((new Box(0, 0, 3, 1), 2L), (car.Box, car.Mask.PixelCount()));
    }

    [TestMethod]
    public void Cityscapes_MapsOfOtherKinds_AreRefused()
    {
        var source = Cityscapes([34, 7, 7, 7, 7, 7], new ushort[6]);
        DataErrors.AssertRefused(() => LabelMap.Read(source, 0, new(2, 3), new()), "bonn/a_leftImg8bit.png", "the class 34");
        folder.Write("gtFine/val/bonn/a_gtFine_instanceIds.png", PngFixtures.Make(8, 0, 3, [1, 2, 3]));
        DataErrors.AssertRefused(() => source.Objects(0), "a_gtFine_instanceIds.png", "gray of 16 bits");
    }

    [TestMethod]
    public void Ade20k_Numbers_BeginOneLaterAndNullCountsNowhere()
    {
        folder.Write("images/validation/x.jpg", ImageFixtures.Jpeg(3, 1));
        folder.Write("annotations/validation/x.png", PngFixtures.Make(8, 0, 3, [0, 1, 150]));
        folder.Write("objectInfo150.txt", Encoding.UTF8.GetBytes("Idx\tRatio\tName\n" + string.Concat(Enumerable.Range(1, 150).Select(i => $"{i}\t0.1\tthing {i}\n"))));
        var source = new Ade20kSource(new() { Path = folder.Root, Part = Ade20kPart.Validation });
        CollectionAssert.AreEqual(new byte[] { 255, 0, 149 }, Map(source));
        Assert.AreEqual("thing 150", source.Annotations.MapClasses[149]);
        Assert.HasCount(2, source.Files);
        new SourceContract(source).Verify();
        folder.Write("annotations/validation/x.png", PngFixtures.Make(8, 0, 3, [0, 151, 150]));
        DataErrors.AssertRefused(() => LabelMap.Read(source, 0, new(1, 3), new()), "the class 150");
        DataErrors.AssertRefused(() => _ = new Ade20kSource(new() { Path = folder.Root }), "training", "does not exist");
    }

    [TestMethod]
    public void Voc_AListOfSegmentation_HasMaps()
    {
        folder.Write("JPEGImages/2007_1.jpg", ImageFixtures.Jpeg(3, 1));
        folder.Write("ImageSets/Segmentation/val.txt", "2007_1\n"u8.ToArray());
        folder.Write("Annotations/2007_1.xml", "<annotation/>"u8.ToArray());
        folder.Write("SegmentationClass/2007_1.png", PngFixtures.Make(8, 3, 3, [0, 20, 255], new byte[768]));
        var source = new VocSource(new() { Path = folder.Root, Set = "Segmentation/val" });
        Assert.AreEqual((LabelKinds.Objects | LabelKinds.ClassSets | LabelKinds.Maps, 0), (source.Annotations.Kinds, source.Annotations.Background));
        Assert.AreEqual("tvmonitor", source.Annotations.MapClasses[20]);
        CollectionAssert.AreEqual(new byte[] { 0, 20, 255 }, Map(source));
        new SourceContract(source).Verify();
    }

    private static byte[] Map(IAnnotatedSource source)
    {
        var map = new PixelBuffer();
        source.ReadMap(0, map);
        return map.Image.Pixels.ToArray();
    }

    /// <summary>An image of two rows and three columns.</summary>
    private CityscapesSource Cityscapes(byte[] labels, ushort[] objects)
    {
        folder.Write("leftImg8bit/val/bonn/a_leftImg8bit.png", PngFixtures.File(8, 0, 3, 2, [0, 1, 2, 3, 0, 4, 5, 6]));
        folder.Write("gtFine/val/bonn/a_gtFine_labelIds.png", PngFixtures.File(8, 0, 3, 2, [0, .. labels[..3], 0, .. labels[3..]]));
        byte[] deep = [.. objects.SelectMany(number => new[] { (byte)(number >> 8), (byte)number })];
        folder.Write("gtFine/val/bonn/a_gtFine_instanceIds.png", PngFixtures.File(16, 0, 3, 2, [0, .. deep[..6], 0, .. deep[6..]]));
        return new(new() { Path = folder.Root, Part = "val" });
    }
}
