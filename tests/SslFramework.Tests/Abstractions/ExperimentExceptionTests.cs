namespace SslFramework.Tests.Abstractions;

[TestClass]
internal class ExperimentExceptionTests
{
    [TestMethod]
    [DataRow((FailureKind)99, FailureKind.Plugin)]
    [DataRow((FailureKind)(-1), FailureKind.Plugin)]
    [DataRow(FailureKind.Data, FailureKind.Data)]
    public void Kind_ThatIsNone_IsAPluginsFailure(FailureKind given, FailureKind expected)
    {
        var error = new ExperimentException(given, "It is broken; mend it.");
        Assert.AreEqual(expected, error.Kind);
        Assert.AreEqual("It is broken; mend it.", error.Message);
    }
}
