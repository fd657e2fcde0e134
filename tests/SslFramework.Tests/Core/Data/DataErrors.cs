namespace SslFramework.Tests.Core.Data;

internal static class DataErrors
{
    /// <summary>Asserts that data is refused with a sentence that says all this.</summary>
    public static void AssertRefused(Action action, params string[] parts)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(action);
        Assert.AreEqual(FailureKind.Data, error.Kind);
        Array.ForEach(parts, part => StringAssert.Contains(error.Message, part));
    }
}
