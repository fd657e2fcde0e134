namespace SslFramework.Tests.Abstractions;

[TestClass]
public class StepRandomTests
{
    [TestMethod]
    public void Integers_OfAStep_AreTheSameEverywhere_AndAnotherStepOrStreamDrawsOthers()
    {
        var numbers = new StepRandom(1, 5).Integers(1000, 7);
        CollectionAssert.AreEqual(numbers, new StepRandom(1, 5).Integers(1000, 7));
        CollectionAssert.AreNotEqual(numbers, new StepRandom(1, 6).Integers(1000, 7));
        CollectionAssert.AreNotEqual(numbers, new StepRandom(1, 5).Integers(1000, 7, stream: 1));
        CollectionAssert.AreEqual(Enumerable.Range(0, 7).Select(n => (long)n).ToArray(), numbers.Distinct().Order().ToArray());
        Assert.IsTrue(numbers.GroupBy(n => n).All(group => group.Count() is > 100 and < 190), "each about as often");
    }

    [TestMethod]
    public void Permutation_HoldsEveryNumberOnce()
    {
        var order = new StepRandom(1, 5).Permutation(100);
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(n => (long)n).ToArray(), order.Order().ToArray());
        CollectionAssert.AreNotEqual(order.Order().ToArray(), order);
    }
}
