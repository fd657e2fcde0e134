using SslFramework.Testing;

namespace SslFramework.Tests.Testing;

/// <summary>Checks that this suite can afford, because none of its tests run at the same time.</summary>
internal static class ContractChecks
{
    /// <summary>Every check, that of the default device too.</summary>
    public static void VerifyAll(this ObjectiveContract contract)
    {
        contract.Verify();
        contract.EveryTensorIsMadeOnTheRightDevice();
    }
}
