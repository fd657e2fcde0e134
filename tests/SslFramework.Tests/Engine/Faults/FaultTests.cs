using SslFramework.Engine.Faults;

namespace SslFramework.Tests.Engine.Faults;

[TestClass]
internal class FaultTests
{
    [TestMethod]
    public void Parse_OfOneProcess_IsNotOfOthers()
    {
        Assert.AreEqual(1, Fault.Parse("kill@save:3#1").Process);
        Assert.IsTrue(FaultPlan.Parse(["kill@3#1"], process: 0).IsEmpty);
        Assert.IsFalse(FaultPlan.Parse(["kill@3#1"], process: 1).IsEmpty);
    }

    [TestMethod]
    [DataRow("nan@37", FaultKind.Nan, false, 37L, 37L, true)]
    [DataRow("inf-gradient@1-3", FaultKind.InfGradient, false, 1L, 3L, false)]
    [DataRow("throw@5-", FaultKind.Throw, false, 5L, long.MaxValue, false)]
    [DataRow("kill@save", FaultKind.Kill, true, 1L, 1L, true)]
    [DataRow("enospc@save:12", FaultKind.Enospc, true, 12L, 12L, true)]
    [DataRow("slow@save:1-", FaultKind.Slow, true, 1L, long.MaxValue, false)]
    public void Parse_Fault_IsWhatItSays(string text, FaultKind kind, bool inSave, long first, long last, bool once) =>
        Assert.AreEqual(new Fault(kind, inSave, first, last, once), Fault.Parse(text));

    [TestMethod]
    [DataRow("nan")]
    [DataRow("nan@")]
    [DataRow("nan@save")]
    [DataRow("nan@save:3")]
    [DataRow("enospc@3")]
    [DataRow("kill@save3")]
    [DataRow("bang@3")]
    [DataRow("nan@3x")]
    public void Parse_NoFault_IsAUsageError(string text)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => Fault.Parse(text));
        Assert.AreEqual(FailureKind.Usage, error.Kind);
        Assert.Contains("inf-gradient", error.Message);
    }

    [TestMethod]
    public void Due_OnceAndRange_StrikeOnceAndEachTime()
    {
        var plan = FaultPlan.Parse(["nan@2", "inf@2-3"]);
        CollectionAssert.AreEqual(new[] { FaultKind.Nan, FaultKind.Inf }, Due(2));
        CollectionAssert.AreEqual(new[] { FaultKind.Inf }, Due(2));
        CollectionAssert.AreEqual(new[] { FaultKind.Inf }, Due(3));
        Assert.IsEmpty(Due(4));

        FaultKind[] Due(long step) => [.. plan.Due(inSave: false, step, FaultKind.Nan, FaultKind.Inf)];
    }
}
