using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Tests.Engine.Training;

/// <summary>An objective may look at all training images before an epoch.</summary>
[TestClass]
public class EpochStartTests
{
    [TestMethod]
    public void Run_OfTwoEpochs_BeginsEachOnceWithAllImagesInOrder()
    {
        using var loop = new SmallLoop();
        var (begun, alive) = (Begun(loop), 0);
        loop.Pretrainer.OnAlive = () => alive++;
        loop.Take(6);
        CollectionAssert.AreEqual(new[] { 0, 1 }, begun.ConvertAll(pass => pass.Epoch));
        foreach (var (_, indices, _) in begun)
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, SmallLoop.Images).Select(i => (long)i).ToArray(), indices);
        }

        Assert.AreEqual(2 * SmallLoop.Images / SmallLoop.BatchSize, alive, "batches that the watchdog was told of");
    }

    [TestMethod]
    public void Run_ResumedWithinAnEpoch_BeginsTheNextOneOnly()
    {
        using var first = new SmallLoop();
        first.Take(2);
        using var loop = new SmallLoop();
        var begun = Begun(loop);
        loop.Pretrainer.State = first.Pretrainer.State;
        loop.Take(4);
        CollectionAssert.AreEqual(new[] { 1 }, begun.ConvertAll(pass => pass.Epoch));
    }

    [TestMethod]
    public void Run_TheSameEpochTwice_GivesTheSameNumbers()
    {
        using var one = new SmallLoop();
        using var other = new SmallLoop();
        var (first, second) = (Begun(one), Begun(other));
        one.Take(6);
        other.Take(6);
        CollectionAssert.AreEqual(first.ConvertAll(pass => pass.Drawn), second.ConvertAll(pass => pass.Drawn));
        Assert.AreNotEqual(first[0].Drawn, first[1].Drawn);
    }

    [TestMethod]
    public void Run_AnExceptionBeforeAnEpoch_IsNotUndone()
    {
        using var loop = new SmallLoop();
        loop.Take(3);
        Assert.IsTrue(loop.Pretrainer.TryUndoStep());
        loop.Objective.Begin = _ => throw new InvalidOperationException("cannot cluster");
        Assert.ThrowsExactly<InvalidOperationException>(() => loop.Take(1));
        Assert.IsFalse(loop.Pretrainer.TryUndoStep(), "its buffers may be half changed");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void ReadInOrder_PartsOfSeveralProcesses_AreTogetherTheWhole(int parts)
    {
        var source = new SyntheticSource(new() { Count = 23, Size = 8, Channels = 1 });
        var read = new List<long>();
        for (var part = 0; part < parts; part++)
        {
            using var loader = new ViewLoader(source, new OneView(), new() { BatchSize = 8, Part = part, Parts = parts });
            foreach (var batch in loader.ReadInOrder(epoch: 0))
            {
                Assert.IsLessThanOrEqualTo(8 / parts, batch.Count);
                read.AddRange(batch.Indices);
            }
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 23).Select(i => (long)i).ToArray(), read);
    }

    private static List<(int Epoch, long[] Indices, double Drawn)> Begun(SmallLoop loop)
    {
        var begun = new List<(int, long[], double)>();
        loop.Objective.Begin = epoch =>
        {
            Assert.IsFalse(is_grad_enabled());
            begun.Add((epoch.Epoch, [.. epoch.ReadAll().SelectMany(batch => batch.Indices)], epoch.Random.Uniform(1)[0]));
        };
        return begun;
    }

    private sealed class OneView : IAugmentation
    {
        public IReadOnlyList<ViewShape> Views => [new ViewShape(1, 8, 8)];

        public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination) => destination.Fill(image.Pixels[0] / 255f);
    }
}
