using SslFramework.Core.Distributed;
using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

[TestClass]
internal class MocoV1ObjectiveTests
{
    private static readonly MocoV1Options Small = new() { Dimension = 8, QueueLength = 16 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, MoCoBackbones.Shape)
    {
        CreateForReplicas = () => New(backbones: MoCoBackbones.WithoutBatchStatistics),
    }.VerifyAll();

    [TestMethod]
    public void Objective_WithMlpAndSplitBatchNorm_HoldsTheContract() => new ObjectiveContract(
        () => New(Small with { Projector = ProjectorKind.Mlp }, MoCoBackbones.SplitInTwo), views: 2, MoCoBackbones.Shape).VerifyAll();

    [TestMethod]
    public void Warnings_OrdinaryBatchNorm_SaysThatShufflingChangesNothing()
    {
        StringAssert.Contains(New().Warnings.Single(), "shuffling the keys changes nothing; set \"normalization\"");
        Assert.IsEmpty(New(backbones: MoCoBackbones.SplitInTwo).Warnings);
        Assert.IsEmpty(New(backbones: MoCoBackbones.WithoutBatchStatistics).Warnings);
    }

    [TestMethod]
    public void Queue_AtTheStart_HasColumnsOfLengthOne()
    {
        using var scope = NewDisposeScope();
        var lengths = State(New(), "queue").norm(0);
        Assert.IsTrue(lengths.allclose(ones(16)));
    }

    [TestMethod]
    public void Queue_FourBatches_IsFirstInFirstOutAndWraps()
    {
        using var scope = NewDisposeScope();
        var objective = New(backbones: MoCoBackbones.WithoutBatchStatistics);
        var random = State(objective, "queue").clone();
        for (var s = 0; s < 4; s++)
        {
            var batch = Batch(s);
            var before = State(objective, "queue").clone();
            var keys = MocoV1GoldenTests.Child(objective, "key").call(batch.Views[1]);
            objective.ComputeLoss(batch, TestSteps.At(s));
            objective.AfterUpdate(TestSteps.At(s));
            var (at, queue) = (s * 8 % 16, State(objective, "queue"));

            // The permutation is undone: column j is the key of image j.
            Assert.IsTrue(queue.narrow(1, at, 8).allclose(keys.t(), rtol: 0, atol: 1e-6), $"step {s}: new columns");
            Assert.IsTrue(queue.narrow(1, 8 - at, 8).eq(before.narrow(1, 8 - at, 8)).all().ToBoolean(), $"step {s}: the others stay");
            Assert.AreEqual((s + 1) * 8 % 16, State(objective, "pointer").item<long>());
        }

        Assert.IsFalse(random.eq(State(objective, "queue")).any().ToBoolean(), "nothing of the start is left");
    }

    [TestMethod]
    public void Queue_AStepThatIsNotTaken_LeavesNoKeys()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var before = State(objective, "queue").clone();
        objective.ComputeLoss(new ViewBatch([.. Batch(0).Views.Select(view => view * float.NaN)], Batch(0).Indices), TestSteps.At(0));
        Assert.IsTrue(State(objective, "queue").eq(before).all().ToBoolean());

        objective.ComputeLoss(Batch(1), TestSteps.At(1));
        objective.AfterUpdate(TestSteps.At(1));
        Assert.IsTrue(State(objective, "queue").isfinite().all().ToBoolean());
        Assert.AreEqual(8, State(objective, "pointer").item<long>());
    }

    [TestMethod]
    public void Loss_OfAStep_DoesNotSeeTheKeysOfThatStep()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { QueueLength = 8 }, MoCoBackbones.WithoutBatchStatistics);
        var queue = State(objective, "queue").clone();
        var result = objective.ComputeLoss(Batch(0), TestSteps.At(0));

        var queries = nn.functional.normalize(
            MocoV1GoldenTests.Child(objective, "projector").call(objective.Backbone.Forward(Batch(0).Views[0])));
        var expected = queries.mm(queue).mean().item<float>();
        Assert.AreEqual(expected, MoCoBackbones.Metric(result, "negativeSimilarity"), 1e-6);
    }

    /// <summary>The authors move the key encoder between a step's queries and its keys; we do at the end of the step before.</summary>
    [TestMethod]
    public void Steps_BesideTheAuthorsOrder_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var options = Small with { Momentum = 0.9 };
        var (ours, authors) = (New(options).to(float64), New(options).to(float64));
        authors.load_state_dict(ours.state_dict());
        var (queue, at) = (State(authors, "queue"), 0);
        for (var s = 0; s < 6; s++)
        {
            var batch = TestSteps.Batch(2, MoCoBackbones.Shape, 8, s + 1, type: ScalarType.Float64);
            var loss = ours.ComputeLoss(batch, TestSteps.At(s)).Loss;
            MoCoBackbones.Descend(ours, loss, 0.1);
            ours.AfterUpdate(TestSteps.At(s));

            var query = nn.functional.normalize(
                MocoV1GoldenTests.Child(authors, "projector").call(authors.Backbone.Forward(batch.Views[0])));
            MoCoBackbones.MoveKeyEncoder(authors, 0.9);
            var key = MocoV1GoldenTests.Child(authors, "key").call(batch.Views[1]).detach();
            var logits = cat([einsum("nd,nd->n", query, key).unsqueeze(1), einsum("nd,dk->nk", query, queue.clone())], 1) / 0.07;
            var expected = nn.functional.cross_entropy(logits, zeros(8, int64));
            queue.narrow(1, at, 8).copy_(key.t());
            at = (at + 8) % 16;
            MoCoBackbones.Descend(authors, expected, 0.1);

            Assert.AreEqual(expected.item<double>(), loss.item<double>(), 1e-10, $"step {s}");
        }
    }

    [TestMethod]
    public void AfterUpdate_KeyEncoder_IsTheWeightedMeanAndStatisticsStay()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Momentum = 0.9 });
        objective.ComputeLoss(Batch(0), TestSteps.At(0));
        using (no_grad())
        {
            State(objective, "backbone.conv.weight").add_(1);
        }

        var before = objective.state_dict().ToDictionary(e => e.Key, e => e.Value.clone());
        objective.AfterUpdate(TestSteps.At(0));

        foreach (var (name, now) in objective.state_dict().Where(e => e.Key is not ("queue" or "pointer")))
        {
            var moves = name.StartsWith("key.", StringComparison.Ordinal) && objective.named_parameters().Any(p => p.name == name);
            var expected = moves ? (before[name] * 0.9) + (before[name["key.".Length..]] * 0.1) : before[name];
            Assert.IsTrue(now.allclose(expected, rtol: 0, atol: 1e-6), name);
        }

        Assert.IsFalse(before["key.backbone.conv.weight"].allclose(State(objective, "key.backbone.conv.weight")));
    }

    [TestMethod]
    public void Keys_WithSplitBatchNorm_AreEncodedAmongOtherImages()
    {
        using var scope = NewDisposeScope();
        var objective = New(backbones: MoCoBackbones.SplitInTwo);
        objective.ComputeLoss(Batch(0), TestSteps.At(0));
        objective.AfterUpdate(TestSteps.At(0));
        var shuffled = State(objective, "queue").narrow(1, 0, 8);
        var inOrder = MocoV1GoldenTests.Child(objective, "key").call(Batch(0).Views[1]).t(); // the key encoder has followed no gradient

        Assert.IsFalse(shuffled.allclose(inOrder, rtol: 0, atol: 1e-3), "other images share their statistics");
        Assert.IsGreaterThan(0.5, (shuffled * inOrder).sum([0]).mean().item<float>(), "but column j is still image j");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Queue_OnReplicas_IsTheSameEverywhere(int count)
    {
        float[] QueueOf(IReplicas replicas)
        {
            using var scope = NewDisposeScope();
            MocoV1Objective objective;
            lock (Small)
            {
                manual_seed(5);
                objective = New(backbones: MoCoBackbones.WithoutBatchStatistics);
            }

            var (all, n) = (Batch(0), 8 / replicas.Count);
            var mine = new ViewBatch([.. all.Views.Select(v => v.narrow(0, n * replicas.Rank, n))], [.. all.Indices.Skip(n * replicas.Rank).Take(n)]);
            objective.ComputeLoss(mine, TestSteps.At(0, replicas: replicas));
            objective.AfterUpdate(TestSteps.At(0, replicas: replicas));
            return State(objective, "queue").data<float>().ToArray();
        }

        var alone = QueueOf(SingleReplica.Instance);
        foreach (var queue in ThreadReplicas.Run(count, QueueOf))
        {
            Assert.IsTrue(queue.Zip(alone).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
        }
    }

    [TestMethod]
    public void ComputeLoss_BatchThatDoesNotDivideTheQueue_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(Small with { QueueLength = 20 }).ComputeLoss(Batch(0), TestSteps.At(0)));
        StringAssert.Contains(error.Message, "\"queueLength\"");
        StringAssert.Contains(error.Message, "20");
    }

    [TestMethod]
    [DataRow(0.07)]
    [DataRow(0.1)]
    public void FirstLoss_RandomQueue_IsTheFormulas(double temperature)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new MocoV1Options { QueueLength = 4096, Temperature = temperature });
        objective.train();
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();
        var result = objective.ComputeLoss(MoCoBackbones.NoisyViews(images, Indices(64), 2, seed: 2), TestSteps.At(0));

        // Far below ln(1 + K): the queue's random vectors are easy negatives.
        var cosine = MoCoBackbones.Metric(result, "positiveSimilarity");
        var expected = Math.Log(1 + (4096 * Math.Exp(1 / (2 * 128 * temperature * temperature)) * Math.Exp(-cosine / temperature)));
        Assert.AreEqual(expected, result.Loss.item<float>(), 0.03 * expected);
        Assert.IsLessThan(Math.Log(4097) / 2, expected);
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreToldApart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new MocoV1Options { Dimension = 16, QueueLength = 32, Momentum = 0.9, Temperature = 0.2 });
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();

        // Two halves in turn: the queue then holds the other half, and no image is its own negative.
        var (accuracy, loss) = MoCoBackbones.Train(objective, 200, 3e-3, s => MoCoBackbones.NoisyViews(
            images.narrow(0, s % 2 * 32, 32), Indices(32), 2, seed: s));

        Assert.IsGreaterThan(0.9, accuracy);
        Assert.IsLessThan(Math.Log(33) - 1.5, loss);
    }

    private static MocoV1Objective New(MocoV1Options? options = null, TestBackbones? backbones = null) =>
        new(options ?? Small, backbones ?? MoCoBackbones.Convolution);

    private static ViewBatch Batch(long seed) => TestSteps.Batch(2, MoCoBackbones.Shape, 8, seed + 1);

    private static Tensor State(nn.Module module, string key) => module.state_dict()[key];

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];
}
