namespace SslFramework.Tests.Abstractions;

[TestClass]
public class DataInfoTests
{
    [TestMethod]
    public void RequireUnitRange_OfNormalizedViews_IsRefusedWithTheRemedy()
    {
        new DataInfo(1, 3) { Range = ValueRange.Unit }.RequireUnitRange("The objective 'colorization'");
        foreach (var other in new ValueRange?[] { null, new(-1, 1) })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(
                () => new DataInfo(1, 3) { Range = other }.RequireUnitRange("The objective 'colorization'"));
            Assert.AreEqual(FailureKind.Config, error.Kind);
            Assert.AreEqual(
                "The objective 'colorization' reads colors from values of 0 to 1, but the views have others; remove the step 'normalize' from "
                + "\"augmentation\", and from \"transform\" in \"evaluation\".",
                error.Message);
        }
    }
}
