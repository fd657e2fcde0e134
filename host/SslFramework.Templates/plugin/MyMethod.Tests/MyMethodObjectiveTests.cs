using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework;
using SslFramework.Testing;

namespace MyMethod.Tests;

[TestClass]
public class MyMethodObjectiveTests
{
    /// <summary>Loss, gradient, saving and loading, randomness, memory and devices, each with a sentence where something is wrong.</summary>
    [TestMethod]
    public void Objective_KeepsTheContract() => new ObjectiveContract(
        () => new MyMethodObjective(new MyMethodOptions(), new TestBackbones(() => new TestBackbone(channels: 3))),
        Views: 2,
        new ViewShape(3, 16, 16)).Verify();
}
