namespace SslFramework.Tests.Abstractions;

[TestClass]
public class ExperimentExceptionTests
{
    [TestMethod]
    [DataRow(ExitCode.Success, ExitCode.Plugin)]
    [DataRow((ExitCode)256, ExitCode.Plugin)] // which the system would cut down to 0
    [DataRow((ExitCode)99, ExitCode.Plugin)]
    [DataRow(ExitCode.Data, ExitCode.Data)]
    public void ExitCode_OfAFailure_IsNeverSuccess(ExitCode given, ExitCode expected)
    {
        var error = new ExperimentException(given, "It is broken; mend it.");
        Assert.AreEqual(expected, error.ExitCode);
        Assert.AreEqual("It is broken; mend it.", error.Message);
    }
}
