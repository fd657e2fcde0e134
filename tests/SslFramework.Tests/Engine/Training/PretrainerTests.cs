using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Training;

namespace SslFramework.Tests.Engine.Training;

/// <summary>The training loop itself, on made images.</summary>
[TestClass]
internal class PretrainerTests
{
    private const int Steps = 3; // an epoch

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Run_WithAccumulation_EqualsTheWholeBatch(int accumulation)
    {
        using var whole = new SmallLoop().Take(Steps);
        using var cut = new SmallLoop(new() { Accumulation = accumulation }).Take(Steps);
        AssertClose(whole.Weights, cut.Weights, 1e-6);
        Assert.AreEqual(whole.Metrics[^1].Values["loss"], cut.Metrics[^1].Values["loss"], 1e-6);
    }

    [TestMethod]
    public void Run_WithAGradientCache_EqualsTheWholeBatch()
    {
        using var whole = new SmallLoop().Take(Steps);
        using var cut = new SmallLoop(new() { GradientCache = 3 }).Take(Steps);
        AssertClose(whole.Weights, cut.Weights, 1e-6);
    }

    [TestMethod]
    public void Run_StoppedAndResumed_EqualsAnUninterruptedRun()
    {
        using var whole = new SmallLoop().Take(2 * Steps);
        using var halves = new SmallLoop().Take(Steps - 1).Take(Steps + 1);
        CollectionAssert.AreEqual(whole.Weights, halves.Weights);
        Assert.AreEqual(2 * Steps, halves.Pretrainer.Step);
    }

    [TestMethod]
    public void Run_LearningRateOf0_LeavesTheWeights()
    {
        using var loop = new SmallLoop(learningRate: 0);
        var before = loop.Weights;
        CollectionAssert.AreEqual(before, loop.Take(1).Weights);
    }

    [TestMethod]
    public void Run_Clipped_MovesByTheRateTimesTheLimitAndLogsTheWholeNorm()
    {
        using var free = new SmallLoop();
        free.Objective.Change = (loss, _) => loss * 1e4;
        using var clipped = new SmallLoop(new() { ClipNorm = 1e-3 });
        clipped.Objective.Change = (loss, _) => loss * 1e4;
        var before = clipped.Weights;
        free.Take(1);
        clipped.Take(1);
        var norm = clipped.Metrics[0].Values["gradientNorm"];
        Assert.IsGreaterThan(1, norm);
        Assert.AreEqual(free.Metrics[0].Values["gradientNorm"], norm);

        // Less what the weights decay: lr · 0.1 · w.
        var moved = clipped.Weights.Zip(before, (after, weight) => Math.Pow(after - weight + (0.1 * 0.1 * weight), 2)).Sum();
        Assert.AreEqual(0.1 * 1e-3, Math.Sqrt(moved), 1e-6);
    }

    [TestMethod]
    public void Run_ALossThatIsNaN_IsSkippedAndLeavesWeightsAndBuffers()
    {
        using var loop = new SmallLoop();
        loop.Take(1);
        var (weights, seen) = (loop.Weights, loop.Objective.Seen);
        loop.Objective.Change = (loss, step) => step.Step == 1 ? loss * float.NaN : loss;
        loop.Take(1);
        CollectionAssert.AreEqual(weights, loop.Weights);
        Assert.AreEqual(seen, loop.Objective.Seen);
        Assert.IsFalse(loop.Pretrainer.IsHealthy);
        Assert.AreEqual("skipped", loop.Incidents.Single().Kind);

        loop.Take(1);
        Assert.IsTrue(loop.Pretrainer.IsHealthy);
        CollectionAssert.AreNotEqual(weights, loop.Weights);
    }

    [TestMethod]
    public void Run_AParameterWithoutGradient_IsNamedOnce()
    {
        using var loop = new SmallLoop();
        loop.Objective.Change = (_, _) => loop.Objective.parameters().First().square().sum();
        loop.Take(2);
        var incident = loop.Incidents.Single(incident => incident.Kind == "untrained");
        Assert.Contains("no gradient to \"backbone.pos_embed\"", incident.Sentence);
        Assert.DoesNotContain("cls_token", incident.Sentence); // the first parameter, which the loss is made of
        Assert.Contains("more parameters", incident.Sentence);
    }

    [TestMethod]
    public void Run_ALossWithoutGradient_SaysSo()
    {
        using var loop = new SmallLoop();
        loop.Objective.Change = (loss, _) => loss.detach();
        Assert.Contains("The loss has no gradient", Assert.ThrowsExactly<ObjectiveException>(() => loop.Take(1)).Message);
    }

    [TestMethod]
    public void TryUndoStep_AfterAnObjectiveThrew_RestoresItsBuffers()
    {
        using var loop = new SmallLoop();
        loop.Take(1);
        loop.Objective.Change = (_, _) => throw new InvalidOperationException("planted");
        Assert.ThrowsExactly<InvalidOperationException>(() => loop.Take(1));
        Assert.AreEqual(2 * SmallLoop.BatchSize, loop.Objective.Seen);
        Assert.IsTrue(loop.Pretrainer.TryUndoStep());
        Assert.AreEqual(SmallLoop.BatchSize, loop.Objective.Seen);
        Assert.AreEqual(1, loop.Pretrainer.Step);
    }

    [TestMethod]
    public void Run_Profiled_TrainsAlikeAndPartsTheTime()
    {
        var profile = new StepProfile(steps: 2, warmUp: 1);
        using var plain = new SmallLoop().Take(Steps);
        using var profiled = new SmallLoop(profile: profile).Take(Steps);
        CollectionAssert.AreEqual(plain.Weights, profiled.Weights);
        Assert.AreEqual(2, profile.Steps);
        foreach (var part in Enum.GetValues<StepPart>())
        {
            Assert.IsGreaterThan(TimeSpan.Zero, profile.Of(part), part.ToString());
        }
    }

    [TestMethod]
    public void IsReading_WhileTheSourceReads_IsTrue()
    {
        SmallLoop? loop = null;
        var seen = new List<bool>();
        using (loop = new SmallLoop(source: new Watched(new SyntheticSource(new() { Count = SmallLoop.Images, Size = 8, Channels = 1 }), () => seen.Add(loop!.Pretrainer.IsReading))))
        {
            loop.Take(1);
            Assert.HasCount(SmallLoop.BatchSize, seen);
            CollectionAssert.DoesNotContain(seen, false);
            Assert.IsFalse(loop.Pretrainer.IsReading);
        }
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"weight {i}");
        }
    }

    private sealed class Watched(SyntheticSource source, Action onRead) : IDataSource
    {
        public int Count => source.Count;

        public int Channels => source.Channels;

        public IReadOnlyList<string> Classes => source.Classes;

        public int? Label(int index) => source.Label(index);

        public void Read(int index, PixelBuffer destination)
        {
            onRead();
            source.Read(index, destination);
        }
    }
}
