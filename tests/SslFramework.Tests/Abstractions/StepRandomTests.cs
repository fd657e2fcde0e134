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

    [TestMethod]
    [DataRow(1, 5)]
    [DataRow(4, 5)]
    [DataRow(6, 3)]
    [DataRow(15, 1)]
    public void UniformAndIntegers_DrawnInParts_AreTheNumbersOfOnePart(int partLength, int parts)
    {
        using var scope = NewDisposeScope();
        var batch = new ViewBatch([TorchSharp.torch.zeros(5, 1, 1, 1)], [7, 3, 9, 2, 5]);
        foreach (var draw in new Func<StepRandom, Tensor>[] { random => random.Uniform(batch, 3), random => random.Integers(batch, 3, 100) })
        {
            var (whole, made) = Drawn(draw, new StepRandom(1, 5));
            var (parted, madeInParts) = Drawn(draw, new StepRandom(1, 5) { PartLength = partLength });
            Assert.IsTrue(whole.equal(parted).all().item<bool>());
            Assert.AreEqual(parts > 1 ? parts + 1 : 1, madeInParts - made + 1, "a tensor for each part, and one of all");
        }

        static (Tensor Numbers, long Made) Drawn(Func<StepRandom, Tensor> draw, StepRandom random)
        {
            var before = TorchSharp.DisposeScopeManager.Statistics.CreatedInScopeCount;
            var numbers = draw(random);
            return (numbers, TorchSharp.DisposeScopeManager.Statistics.CreatedInScopeCount - before);
        }
    }

    /// <summary>
    /// Numbers are drawn in parts, because an array has no room for those of a large batch (8 GB, which no test takes). Rows of a later part
    /// are still those of their own images, and not of the first ones again.
    /// </summary>
    [TestMethod]
    public void Uniform_MoreThanOnePartOfRows_AreThoseOfEachImage()
    {
        using var scope = NewDisposeScope();
        const int Length = (1 << 23) + 1; // two rows are more than a part
        var random = new StepRandom(1, 5);
        var batch = new ViewBatch([TorchSharp.torch.zeros(3, 1, 1, 1)], [7, 3, 9]);
        var numbers = random.Uniform(batch, Length, stream: 2);
        CollectionAssert.AreEqual(new long[] { 3, Length }, numbers.shape);
        var own = random.ForSample(9, stream: 2);
        CollectionAssert.AreEqual(new[] { own.NextSingle(), own.NextSingle() }, numbers[2].narrow(0, 0, 2).data<float>().ToArray());
    }

    [TestMethod]
    public void Normal_OfAStep_IsTheSameEverywhere_WithMean0AndDeviation1()
    {
        var numbers = new StepRandom(1, 5).Normal(100_000);
        CollectionAssert.AreEqual(numbers, new StepRandom(1, 5).Normal(100_000));
        CollectionAssert.AreNotEqual(numbers, new StepRandom(1, 6).Normal(100_000));
        CollectionAssert.AreNotEqual(numbers, new StepRandom(1, 5).Normal(100_000, stream: 1));
        Assert.AreEqual(0, numbers.Average(), 0.01);
        Assert.AreEqual(1, numbers.Average(x => x * x), 0.02);
        Assert.AreEqual(3, numbers.Average(x => x * x * x * x), 0.15, "the fourth moment, which only a normal distribution has with the others");
        Assert.AreEqual(0, numbers.Zip(numbers.Skip(1), (x, y) => x * y).Average(), 0.01, "neighbors");
    }

    [TestMethod]
    public void Uniform_OfAStep_IsTheSameEverywhere()
    {
        var numbers = new StepRandom(1, 5).Uniform(10_000);
        CollectionAssert.AreEqual(numbers, new StepRandom(1, 5).Uniform(10_000));
        Assert.IsTrue(numbers.All(u => u is >= 0 and < 1));
        Assert.AreEqual(0.5, numbers.Average(), 0.02);
    }
}
