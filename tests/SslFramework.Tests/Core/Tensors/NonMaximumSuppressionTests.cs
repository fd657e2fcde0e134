using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
public class NonMaximumSuppressionTests
{
    [TestMethod]
    public void Keep_AnOverlapOfExactlyTheThreshold_Stays()
    {
        Box[] boxes = [new(0, 0, 10, 10), new(0, 0, 10, 5), new(0, 0, 10, 5.1)];
        CollectionAssert.AreEqual(new[] { 0, 1 }, NonMaximumSuppression.Keep(boxes, [.9, .8, .7], 0.5));
    }

    [TestMethod]
    public void Keep_EqualScores_PrefersTheEarlierBox() =>
        CollectionAssert.AreEqual(new[] { 0 }, NonMaximumSuppression.Keep([new(0, 0, 10, 10), new(1, 0, 10, 10)], [.5, .5], 0.5));

    /// <summary>A box that a removed one would cover stays.</summary>
    [TestMethod]
    public void Keep_ARow_RemovesEverySecond()
    {
        Box[] boxes = [new(0, 0, 10, 10), new(3, 0, 10, 10), new(6, 0, 10, 10)];
        CollectionAssert.AreEqual(new[] { 0, 2 }, NonMaximumSuppression.Keep(boxes, [.9, .8, .7], 0.5));
    }

    [TestMethod]
    public void Keep_RandomBoxes_IsTheLiteralVersion()
    {
        var random = new SampleRandom(10, 0, 0, 0);
        for (var round = 0; round < 60; round++)
        {
            var count = random.Next(60);
            var (boxes, scores, classes) = (new Box[count], new double[count], new int[count]);
            for (var i = 0; i < count; i++)
            {
                boxes[i] = new(random.Next(40), random.Next(40), random.Next(30), random.Next(30));
                (scores[i], classes[i]) = (random.Next(20) / 20.0, random.Next(3));
            }

            var threshold = random.NextDouble();
            CollectionAssert.AreEqual(Literal(boxes, scores, new int[count], threshold), NonMaximumSuppression.Keep(boxes, scores, threshold));
            var byClass = Literal(boxes, scores, classes, threshold);
            CollectionAssert.AreEqual(byClass, NonMaximumSuppression.KeepByClass(boxes, scores, classes, threshold));
            CollectionAssert.AreEqual(byClass.Take(5).ToArray(), NonMaximumSuppression.KeepByClass(boxes, scores, classes, threshold, 5));
        }
    }

    private static int[] Literal(Box[] boxes, double[] scores, int[] classes, double threshold)
    {
        var left = Enumerable.Range(0, boxes.Length).ToList();
        var kept = new List<int>();
        while (left.Count > 0)
        {
            var best = left.MaxBy(i => scores[i]);
            kept.Add(best);
            left.RemoveAll(i => i == best || (classes[i] == classes[best] && Overlap(boxes[i], boxes[best]) > threshold));
        }

        return [.. kept];
    }

    private static double Overlap(Box a, Box b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        return width <= 0 || height <= 0 ? 0 : width * height / (a.Area + b.Area - (width * height));
    }
}
