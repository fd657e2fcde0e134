using SslFramework.Engine.Data;

namespace SslFramework.Tests.Engine.Data;

[TestClass]
public class DataComponentsTests
{
    [TestMethod]
    [DataRow(LabelKinds.Maps, "'voc', 'cityscapes', 'ade20k', 'maskFolder' or 'scenes'")]
    [DataRow(LabelKinds.ClassSets, "'voc', 'coco' or 'scenes'")]
    [DataRow(LabelKinds.Objects, "'voc', 'coco', 'lvis', 'cityscapes' or 'scenes'")]
    [DataRow(LabelKinds.Objects | LabelKinds.Masks, "'coco', 'lvis', 'cityscapes' or 'scenes'")]
    [DataRow(LabelKinds.Objects | LabelKinds.Keypoints, "'coco' or 'scenes'")]
    [DataRow(LabelKinds.Maps | LabelKinds.Keypoints, "'scenes'")]
    [DataRow((LabelKinds)1024, "a source of your own")]
    public void Knowing_SomeKinds_NamesTheSourcesThatKnowAllOfThem(LabelKinds kinds, string names) =>
        Assert.AreEqual(names, DataComponents.Knowing(kinds));
}
