using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Testing;

namespace MyEvaluator.Tests;

[TestClass]
public class MyEvaluatorTests
{
    /// <summary>Names, repeatability, memory, and a backbone that is left as it was, each with a sentence if something is wrong.</summary>
    [TestMethod]
    public void Evaluator_KeepsTheContract() => new EvaluatorContract(() => new MyEvaluator(new MyEvaluatorOptions())).Verify();
}
