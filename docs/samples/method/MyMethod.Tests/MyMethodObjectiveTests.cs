using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework;
using SslFramework.Testing;

namespace MyMethod.Tests;

[TestClass]
public class MyMethodObjectiveTests
{
    private static ObjectiveContract Contract { get; } = new(
        () => new MyMethodObjective(new MyMethodOptions(), new TestBackbones(() => new TestBackbone(channels: 3))),
        views: 2,
        new ViewShape(3, 16, 16));

    /// <summary>
    /// Checks loss, gradient, saving and loading, randomness, memory and several processes; each failure is one sentence.
    /// </summary>
    [TestMethod]
    public void Objective_KeepsTheContract() => Contract.Verify();

    /// <summary>Runs alone, because it changes the default device of the process.</summary>
    [TestMethod]
    [DoNotParallelize]
    public void Objective_MakesEveryTensorOnItsDevice() => Contract.EveryTensorIsMadeOnTheRightDevice();
}
