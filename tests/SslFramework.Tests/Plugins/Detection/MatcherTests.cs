using SslFramework.Plugins.Detection;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class MatcherTests
{
    private static readonly Matcher Proposals = new(0.3, 0.7, everyObject: true);

    [TestMethod]
    public void Match_ByOverlap_TellsObjectBackgroundAndWhatCountsNowhere()
    {
        Box[] objects = [new(0, 0, 10, 10), new(100, 0, 10, 10)];
        Box[] candidates = [new(0, 0, 10, 10), new(0, 0, 10, 5), new(0, 0, 10, 2), new(50, 50, 10, 10), new(100, 0, 10, 8)];
        CollectionAssert.AreEqual(new[] { 0, Matcher.Ignored, Matcher.Background, Matcher.Background, 1 }, Proposals.Match(candidates, objects));
    }

    [TestMethod]
    public void Match_BestOfAnObject_IsKept_EveryTiedOne()
    {
        Box[] objects = [new(0, 0, 10, 10)];
        Box[] candidates = [new(0, 0, 10, 4), new(0, 6, 10, 4), new(0, 0, 10, 3)]; // 0.4, 0.4, 0.3
        CollectionAssert.AreEqual(new[] { 0, 0, Matcher.Ignored }, Proposals.Match(candidates, objects));
        CollectionAssert.AreEqual(
            new[] { Matcher.Ignored, Matcher.Ignored, Matcher.Ignored }, new Matcher(0.3, 0.7, everyObject: false).Match(candidates, objects));
    }

    [TestMethod]
    public void Match_BestOfOneObjectThatOverlapsAnotherMore_IsOfTheOther()
    {
        Box[] objects = [new(0, 0, 10, 10), new(8, 0, 4, 10)];
        Box[] candidates = [new(0, 0, 10, 8)]; // 0.8 of the first, little of the second, but its best
        CollectionAssert.AreEqual(new[] { 0 }, Proposals.Match(candidates, objects));
    }

    [TestMethod]
    public void Match_ObjectThatNothingOverlaps_KeepsNothing() =>
        CollectionAssert.AreEqual(new[] { Matcher.Background }, Proposals.Match([new(50, 50, 5, 5)], [new(0, 0, 10, 10)]));

    [TestMethod]
    public void Match_NoObject_IsBackground() => CollectionAssert.AreEqual(new[] { Matcher.Background }, Proposals.Match([new(0, 0, 5, 5)], []));

    [TestMethod]
    public void Draw_OfMatches_TakesSomeOfEachAndRepeats()
    {
        int[] matches = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? 3 : i % 10 == 1 ? Matcher.Ignored : Matcher.Background)];
        var sample = BalancedSample.Draw(matches, 16, 0.25, new SampleRandom(1, 2, 3, 0));
        Assert.HasCount(4, sample.Positives);
        Assert.HasCount(12, sample.Negatives);
        Assert.IsTrue(sample.Positives.All(i => matches[i] == 3) && sample.Negatives.All(i => matches[i] == Matcher.Background));
        Assert.HasCount(16, sample.Positives.Concat(sample.Negatives).Distinct().ToArray());

        var again = BalancedSample.Draw(matches, 16, 0.25, new SampleRandom(1, 2, 3, 0));
        CollectionAssert.AreEqual(sample.Negatives, again.Negatives);
        CollectionAssert.AreNotEqual(sample.Negatives, BalancedSample.Draw(matches, 16, 0.25, new SampleRandom(1, 2, 4, 0)).Negatives);
    }

    [TestMethod]
    public void Draw_TooFewObjects_FillsUpWithBackground()
    {
        var sample = BalancedSample.Draw([0, Matcher.Background, Matcher.Background, Matcher.Background], 4, 0.5, new SampleRandom(1, 2, 3, 0));
        Assert.HasCount(1, sample.Positives);
        Assert.HasCount(3, sample.Negatives);
    }
}
