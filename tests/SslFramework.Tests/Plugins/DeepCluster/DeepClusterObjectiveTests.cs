using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Sources;
using SslFramework.Plugins.DeepCluster;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DeepCluster;

[TestClass]
public class DeepClusterObjectiveTests
{
    private const int Images = 60;
    private static readonly DeepClusterOptions Small = new() { Clusters = 3, Components = 4, HiddenLayers = 0, HiddenDimension = 8 };

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Objective_Contract_Holds(int hiddenLayers) => new ObjectiveContract(
        () => New(Small with { HiddenLayers = hiddenLayers }, MoCoBackbones.Convolution, images: 8), views: 1, MoCoBackbones.Shape).VerifyAll();

    [TestMethod]
    public void FirstLoss_OfTenThousandClusters_IsTheLogarithmOfTheirNumber()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small with { Clusters = 10_000 }, MoCoBackbones.Convolution);
        Assert.AreEqual(9.2103, objective.ComputeLoss(Batch(0, 8), TestSteps.At(0)).Loss.ToDouble(), 0.02);
    }

    /// <summary>Features are whitened, scaled to length 1 and clustered, as the literal chain here does it.</summary>
    [TestMethod]
    public void BeginEpoch_Features_AreWhitenedAndClustered()
    {
        using var scope = NewDisposeScope();
        var (objective, vectors) = (OfVectors(Small), Vectors());
        Begin(objective, vectors, epoch: 3);

        var white = Whitening.Of(vectors, 4).Apply(vectors);
        var rows = white / white.square().sum(1, keepdim: true).sqrt();
        var drawn = new StepRandom(1, -4).Permutation(Images)[..3];
        var expected = new KMeans(3).Fit(rows, rows.index_select(0, tensor(drawn))).Labels;
        Assert.IsTrue(objective.state_dict()["labels"].eq(expected).all().ToBoolean());
    }

    [TestMethod]
    public void BeginEpoch_InPartsOfTwoProcesses_FindsTheSameClusters()
    {
        using var scope = NewDisposeScope();
        var (objective, vectors) = (OfVectors(Small), Vectors());
        Begin(objective, vectors, epoch: 0);
        var expected = objective.state_dict()["labels"].data<long>().ToArray();

        var together = ThreadReplicas.Run(2, replicas =>
        {
            using var inner = NewDisposeScope();
            var one = OfVectors(Small);
            Begin(one, vectors, epoch: 0, replicas);
            return one.state_dict()["labels"].data<long>().ToArray();
        });

        Array.ForEach(together, labels => CollectionAssert.AreEqual(expected, labels));
    }

    [TestMethod]
    public void BeginEpoch_Networks_AreInEvaluationModeAndThenAsBefore()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, MoCoBackbones.Convolution, images: 8);
        objective.train();
        var variance = objective.state_dict()["backbone.norm.running_var"].clone();
        var reads = new List<bool>();
        objective.BeginEpoch(new(0, 10, new StepRandom(1, -1), SingleReplica.Instance, CPU, _ => Read()));

        CollectionAssert.AreEqual(new[] { false }, reads);
        Assert.IsTrue(objective.training && objective.Backbone.Module.training);
        Assert.IsTrue(variance.eq(objective.state_dict()["backbone.norm.running_var"]).all().ToBoolean());

        IEnumerable<ViewBatch> Read()
        {
            reads.Add(objective.Backbone.Module.training);
            yield return Batch(0, 8);
        }
    }

    /// <summary>As many images of each cluster are counted, however many it has.</summary>
    [TestMethod]
    public void Weights_OfAllImages_AddUpToTheirNumber_AndToTheSameInEachCluster()
    {
        using var scope = NewDisposeScope();
        var objective = OfVectors(Small);
        Begin(objective, Vectors(), epoch: 0);
        var state = objective.state_dict();
        var (labels, weights) = (state["labels"], state["weights"]);

        Assert.AreEqual(Images, weights.index_select(0, labels).sum().ToDouble(), 1e-5);
        for (var cluster = 0; cluster < 3; cluster++)
        {
            Assert.AreEqual(Images / 3.0, labels.eq(cluster).sum().ToDouble() * weights[cluster].ToDouble(), 1e-5, $"cluster {cluster}");
        }
    }

    [TestMethod]
    public void Loss_OfABatch_CountsEveryImageByItsCluster()
    {
        using var scope = NewDisposeScope();
        var (objective, vectors) = (OfVectors(Small), Vectors());
        Begin(objective, vectors, epoch: 0);
        var state = objective.state_dict();
        using (no_grad())
        {
            state["classifier.weight"].copy_(Golden.Tensor("weight", [3, 4], 3));
            state["classifier.bias"].copy_(Golden.Tensor("bias", [3]));
        }

        long[] images = [5, 40, 17];

        var expected = images.Average(image =>
        {
            var logits = state["classifier.weight"].mv(vectors[image]) + state["classifier.bias"];
            var cluster = state["labels"][image].ToInt64();
            return -state["weights"][cluster].ToDouble() * logits.log_softmax(0)[cluster].ToDouble();
        });

        var views = vectors.index_select(0, tensor(images)).view(3, 4, 1, 1);
        Assert.AreEqual(expected, objective.ComputeLoss(new ViewBatch([views], images), TestSteps.At(0)).Loss.ToDouble(), 1e-9);
    }

    [TestMethod]
    public void Metrics_OfTheSameClustersTwice_SaySo()
    {
        using var scope = NewDisposeScope();
        var (objective, vectors) = (OfVectors(Small), Vectors());
        Begin(objective, vectors, epoch: 0);
        Assert.AreEqual(0, Metric("nmi"), "before, all images were in one");
        var largest = Enumerable.Range(0, 3).Max(k => objective.state_dict()["labels"].eq(k).sum().ToInt64());
        Assert.AreEqual(largest / (double)Images, Metric("largestCluster"), 1e-6);
        Assert.AreEqual(0, Metric("emptyClusters"));
        Begin(objective, vectors, epoch: 0);
        Assert.AreEqual(1, Metric("nmi"), 1e-9);

        double Metric(string name) => MoCoBackbones.Metric(
            objective.ComputeLoss(new ViewBatch([vectors.narrow(0, 0, 4).view(4, 4, 1, 1)], [0, 1, 2, 3]), TestSteps.At(0)), name);
    }

    [TestMethod]
    public void Classifier_AfterTheLastStepOfAnEpoch_IsDrawnAnew()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (New(Small with { Clusters = 500 }, MoCoBackbones.Convolution), New(Small with { Clusters = 500 }, MoCoBackbones.Convolution));
        var (weight, bias) = (one.state_dict()["classifier.weight"], one.state_dict()["classifier.bias"]);
        using var gradient = no_grad();
        bias.fill_(3);
        var before = weight.clone();

        one.AfterUpdate(TestSteps.At(8));
        Assert.IsTrue(weight.eq(before).all().ToBoolean() && bias.eq(3).all().ToBoolean());
        one.AfterUpdate(TestSteps.At(9)); // of 10 an epoch
        other.AfterUpdate(TestSteps.At(9));

        Assert.IsFalse(weight.eq(before).any().ToBoolean());
        Assert.AreEqual(0.01, weight.std().ToDouble(), 3e-4);
        Assert.IsTrue(bias.eq(0).all().ToBoolean());
        Assert.IsTrue(weight.eq(other.state_dict()["classifier.weight"]).all().ToBoolean(), "the same in every process");
        other.AfterUpdate(TestSteps.At(19));
        Assert.IsFalse(weight.eq(other.state_dict()["classifier.weight"]).any().ToBoolean(), "another one for another epoch");
        Assert.AreEqual(0, ((IPretextObjective)one).Rules.Single(rule => rule.Covers("classifier.weight", 2)).Momentum);
    }

    [TestMethod]
    public void Clusters_MoreThanImages_AreRefused_AndNearlyAsManyAreWarnedOf()
    {
        using var scope = NewDisposeScope();
        var objective = OfVectors(Small with { Clusters = 61 });
        Assert.ThrowsExactly<ExperimentException>(() => Begin(objective, Vectors(), 0));
        Assert.Contains("lower \"clusters\"", objective.Warnings.Single());
        Assert.IsEmpty(New(Small with { Clusters = 6 }, MoCoBackbones.Convolution).Warnings);
        Assert.AreEqual(2, New(Small with { Clusters = null }, MoCoBackbones.Convolution).state_dict()["weights"].shape[0], "one per 50 images, at least 2");
    }

    [TestMethod]
    public void Training_ThreeEpochs_LearnsTheClusters()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small, MoCoBackbones.Convolution);
        var batch = Batch(0, Images);
        objective.train();
        using var optimizer = optim.Adam(objective.parameters().ToArray(), 2e-2);
        var accuracy = 0.0;
        for (var step = 0; step < 180; step++)
        {
            using var inner = NewDisposeScope();
            var context = new StepContext(step, 180, step / 60.0, 3, new StepRandom(1, step), SingleReplica.Instance);
            if (step % 60 == 0)
            {
                using var gradient = no_grad();
                objective.BeginEpoch(new(step / 60, 3, new StepRandom(1, -1 - (step / 60)), SingleReplica.Instance, CPU, _ => [batch]));
            }

            objective.zero_grad();
            var result = objective.ComputeLoss(batch, context);
            result.Loss.backward();
            optimizer.step();
            accuracy = MoCoBackbones.Metric(result, "accuracy");
            objective.AfterUpdate(context);
        }

        Assert.IsGreaterThan(0.8, accuracy);
    }

    [TestMethod]
    public void Figures_ShowImagesOfTheSameCluster_OnceThereAreAny()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, MoCoBackbones.Convolution);
        Assert.IsEmpty(objective.DrawFigures(Batch(0, 2), TestSteps.At(0)));
        objective.state_dict()["labels"].narrow(0, 20, 5).fill_(2);

        var figure = objective.DrawFigures(Batch(20, 1), TestSteps.At(0)).Single();

        CollectionAssert.AreEqual(new long[] { 1, 7, 1, 8, 8 }, figure.Pictures.shape);
        Assert.AreEqual("of 5", figure.Captions[0]);
        var buffer = new PixelBuffer();
        Source(Images).Read(24, buffer);
        Assert.IsTrue(figure.Pictures[0, 6].flatten().eq(tensor(buffer.Image.Pixels.ToArray())).all().ToBoolean(), "the last of them");
    }

    /// <summary>Vectors of four numbers around three that lie far apart, in very uneven shares.</summary>
    private static Tensor Vectors()
    {
        var middles = tensor(new double[] { 3, 0, 0, 1, 0, 4, 0, -1, 0, 0, 5, 2 }, [3, 4]);
        var own = cat([zeros(40, int64), ones(15, int64), full(5, 2, int64)]);
        return middles.index_select(0, own) + Golden.Tensor("noise", [Images, 4]).to(float64);
    }

    /// <summary>An objective whose features are what it gets: images of one pixel with four channels.</summary>
    private static DeepClusterObjective OfVectors(DeepClusterOptions options)
    {
        var objective = New(options, new TestBackbones(() => new RecordingBackbone(4, side: 1)));
        objective.to(float64);
        return objective;
    }

    private static void Begin(DeepClusterObjective objective, Tensor vectors, int epoch, IReplicas? replicas = null)
    {
        using var gradient = no_grad();
        var all = replicas ?? SingleReplica.Instance;
        var (from, to) = (Images * all.Rank / all.Count, Images * (all.Rank + 1) / all.Count);
        var images = Enumerable.Range(from, to - from).Select(i => (long)i).ToArray();
        objective.BeginEpoch(new(epoch, 10, new StepRandom(1, -1 - epoch), all, CPU, _ => images.Chunk(20).Select(Read)));

        ViewBatch Read(long[] some) => new([vectors.index_select(0, tensor(some)).view(some.Length, 4, 1, 1)], some);
    }

    private static ViewBatch Batch(int from, int count) =>
        new(TestSteps.Batch(1, MoCoBackbones.Shape, count).Views, [.. Enumerable.Range(from, count).Select(i => (long)i)]);

    private static SyntheticSource Source(int count) => new SyntheticSource(new() { Count = count, Size = 8, Channels = 1 });

    private static DeepClusterObjective New(DeepClusterOptions options, IBackboneFactory backbones, int images = Images) =>
        new(options, backbones, Source(images), new InnerNetworks());
}
