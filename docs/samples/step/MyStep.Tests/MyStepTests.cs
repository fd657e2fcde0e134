using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Testing;

namespace MyStep.Tests;

[TestClass]
public class MyStepTests
{
    /// <summary>Shapes, ranges, randomness and what is read of an image, each with a sentence if something is wrong.</summary>
    [TestMethod]
    public void Step_KeepsTheContract() => new StepContract(new MyStep(new MyStepOptions { Probability = 0.5 })).Verify();
}
