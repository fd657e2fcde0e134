using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Machine;

[TestClass]
public class ExitCodeTests
{
    /// <summary>Scripts ask for these numbers.</summary>
    [TestMethod]
    [DataRow(FailureKind.Internal, 1)]
    [DataRow(FailureKind.Usage, 2)]
    [DataRow(FailureKind.Config, 3)]
    [DataRow(FailureKind.Data, 4)]
    [DataRow(FailureKind.Plugin, 5)]
    [DataRow(FailureKind.Checkpoint, 6)]
    [DataRow(FailureKind.Diverged, 7)]
    [DataRow(FailureKind.OutOfMemory, 8)]
    [DataRow(FailureKind.Storage, 9)]
    [DataRow(FailureKind.RunFolder, 10)]
    [DataRow(FailureKind.Machine, 11)]
    public void Of_AKindOfFailure_IsItsNumber(FailureKind kind, int number) => Assert.AreEqual(number, (int)ExitCodes.Of(kind));

    [TestMethod]
    public void Of_EveryKindOfFailure_IsACodeOfItsOwnAndNeverSuccess()
    {
        var codes = Enum.GetValues<FailureKind>().Select(ExitCodes.Of).ToArray();
        CollectionAssert.AllItemsAreUnique(codes);
        CollectionAssert.DoesNotContain(codes, ExitCode.Success);
    }
}
