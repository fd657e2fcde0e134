using SslFramework.Host.Evaluation;
using SslFramework.Host.Reports.Sections;

namespace SslFramework.Tests.Host.Reports;

[TestClass]
public class ClassTablesTests
{
    [TestMethod]
    public void Sections_DetailsOfClasses_AreATableFromTheBestToTheWorst()
    {
        var section = ClassTables.Sections(
        [
            Of("random-init", "IoU of cat", 3), Of("trained", "mIoU", 30) with { Kind = MeasurementKind.Score },
            Of("trained", "IoU of cat", 20), Of("trained", "IoU of <dog>", 40.04), Of("trained", "learning rate", 0.1),
            Of("trained", "IoU of cat", 99) with { Layer = "layer1" }, Of("trained", "IoU of cat deviation", 1),
            Of("raw-pixels", "learning rate", 1), // of no class, and so without a column
        ]).Single();

        Assert.AreEqual(
            "probe IoU\n\n| class | trained | random-init |\n| --- | --- | --- |\n| \\<dog\\> | 40.0 |  |\n| cat | 20.0 | 3.0 |\n",
            section.Markdown);
        StringAssert.Contains(section.Body.Text, "<td>&lt;dog&gt;</td><td>40.0</td>");
    }

    [TestMethod]
    public void Sections_ManyClasses_ShowTheHighestAndTheLowest()
    {
        var section = ClassTables.Sections([.. Enumerable.Range(0, 80).Select(i => Of("trained", $"AP of c{i}", i))]).Single();

        StringAssert.Contains(section.Markdown, "| c68 | 68.0 |\n| … 56 classes between |  |\n| c11 | 11.0 |\n");
    }

    [TestMethod]
    public void Sections_NothingOfClasses_AreNone() => Assert.IsEmpty(ClassTables.Sections([Of("trained", "learning rate", 1)]));

    private static SubjectResult Of(string subject, string metric, double value) =>
        new("probe", subject, "features", metric, value) { Kind = MeasurementKind.Detail };
}
