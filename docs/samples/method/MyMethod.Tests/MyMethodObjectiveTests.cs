using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Testing;

namespace MyMethod.Tests;

[TestClass]
public class MyMethodObjectiveTests
{
    private static ObjectiveContract Contract { get; } = new(
        () => new MyMethodObjective(new MyMethodOptions(), new TestBackbones(() => new TestBackbone(channels: 3))),
        views: 2,
        new ViewShape(3, 16, 16));

    /// <summary>Loss, gradient, saving and loading, randomness, memory and several processes, each with a sentence where something is wrong.</summary>
    [TestMethod]
    public void Objective_KeepsTheContract() => Contract.Verify();

    /// <summary>Alone, because it changes the default device of the process.</summary>
    [TestMethod]
    [DoNotParallelize]
    public void Objective_MakesEveryTensorOnItsDevice() => Contract.EveryTensorIsMadeOnTheRightDevice();
}
