using SslFramework.Core.Distributed;
using SslFramework.Host.Plugins;
using SslFramework.Testing;

namespace SslFramework.Tests.Engine.Distributed;

/// <summary>Several processes, here threads, against one: the same global batch, the same network to the last digits of float64.</summary>
[TestClass]
public class DataParallelTests
{
    private const double Tolerance = 1e-10;

    // They have modules that use their input twice while others use it too: watched, the sum of these gradients is grouped otherwise.
    private static readonly string[] Regrouped = ["amdim-fashion-mnist", "igpt-fashion-mnist", "igpt-masked-fashion-mnist"];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-group-").FullName;
    private readonly Installation installation = Installation.Load([Repository.Plugins]);

    public static IEnumerable<object[]> Each => SmallRuns.Methods.Select(method => new object[] { method });

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Each))]
    public void Run_FourProcesses_TrainAsOne(string method) => AssertTrainsAsOne(method, 4, Steady(method));

    /// <summary>
    /// What keeps the last digits from growing from step to step: Barlow Twins has large gradients at first, two networks that work against
    /// each other make more of a difference, and Adam makes whole steps of
    /// the rounding of a bias in front of a norm, as DINO's head has it, whose gradient is 0.
    /// </summary>
    private static string[] Steady(string method) => method switch
    {
        "barlow-twins-fashion-mnist" => ["schedule.learningRate=0.001"],
        "bigan-fashion-mnist" or "bigbigan-fashion-mnist" => ["schedule.learningRate=0.00001"],
        "dino-fashion-mnist" or "dino-vit-fashion-mnist" => ["objective.head.batchNorm=false"],
        _ => [],
    };

    [TestMethod]
    [DataRow("simclr-fashion-mnist", "training.accumulation=2")]
    [DataRow("simclr-fashion-mnist", "training.gradientCache=3", "backbone={\"name\":\"vit\",\"imageSize\":20,\"patchSize\":5,\"dimension\":16,\"depth\":1,\"heads\":2}")]
    [DataRow("moco-v1-fashion-mnist", "backbone.normalization={\"kind\":\"splitBatchNorm\",\"splits\":4}")]
    [DataRow("moco-v1-fashion-mnist", "objective={\"name\":\"end-to-end\"}")]
    [DataRow("moco-v1-fashion-mnist", "objective={\"name\":\"memory-bank\",\"negatives\":32}", "augmentation.views.0.count=1")]
    [DataRow("moco-v3-fashion-mnist", "training.clipNorm=0.1", "optimizer={\"name\":\"lars\"}")]
    public void Run_TwoProcesses_TrainAsOneWith(string method, params string[] settings) => AssertTrainsAsOne(method, 2, settings);

    [TestMethod]
    [DataRow("moco-v1-fashion-mnist")]
    [DataRow("simclr-fashion-mnist")]
    public void Run_TwoThenFourThenOneProcess_TrainAsOne(string method)
    {
        var config = SmallTraining.Experiment(method, installation, folder);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64);
        var checkpoints = Path.Combine(folder, "checkpoints");
        ThreadGroup.Run(2, group => SmallTraining.Train(config, installation, group, float64, null, checkpoints, until: 7));
        ThreadGroup.Run(4, group => SmallTraining.Train(config, installation, group, float64, null, checkpoints, until: 13));
        var last = SmallTraining.Train(config, installation, SingleProcess.Instance, float64, null, checkpoints);
        Assert.IsLessThan(1e-9, SmallTraining.Difference(alone.State, last.State).Value);
    }

    [TestMethod]
    public void Run_InFloat32_HasTheSameBitsInEveryProcess()
    {
        var config = SmallTraining.Experiment("simclr-fashion-mnist", installation, folder);
        var several = ThreadGroup.Run(4, group => SmallTraining.Train(config, installation, group, float32));
        foreach (var (name, tensor) in several[0].State)
        {
            Assert.IsTrue(several.All(one => one.State[name].eq(tensor).all().ToBoolean()), name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(SmallRuns.Sample), typeof(SmallRuns))]
    public void Run_GradientsThatLeaveDuringTheBackward_AreThoseThatLeaveAfterIt(string method)
    {
        var regrouped = Regrouped.Contains(method);
        AssertBucketsChangeNothing(method, regrouped ? ["schedule.learningRate=0.00001"] : [], regrouped: regrouped); // small, as in Steady
    }

    [TestMethod]
    [DataRow("simclr-fashion-mnist", "training.accumulation=2")]
    [DataRow("simclr-fashion-mnist", "training.gradientCache=3", "backbone={\"name\":\"vit\",\"imageSize\":20,\"patchSize\":5,\"dimension\":16,\"depth\":2,\"heads\":2}")]
    [DataRow("simclr-fashion-mnist", "backbone={\"name\":\"vit\",\"imageSize\":20,\"patchSize\":5,\"dimension\":16,\"depth\":2,\"heads\":2,\"recompute\":true}")]
    [DataRow("moco-v3-fashion-mnist", "training.clipNorm=0.1", "optimizer={\"name\":\"lars\"}")]
    public void Run_GradientsThatLeaveDuringTheBackward_AreThoseThatLeaveAfterItWith(string method, params string[] settings) => AssertBucketsChangeNothing(method, settings);

    [TestMethod]
    public void Run_AModuleThatChangesWhatItGets_TrainsAsWhereNobodyLooksAtIt() => AssertBucketsChangeNothing("quickstart", [], own => new ChangedInPlace(own));

    [TestMethod]
    public void Run_OneProcessWithoutACoreForTheExchange_LetsAllExchangeAfterTheBackward()
    {
        var config = SmallTraining.Experiment("quickstart", installation, folder);
        var early = new long[2];
        ThreadGroup.Run(2, group => SmallTraining.Train(
            config, installation, group, float32, bucketBytes: 1, early: group.Rank == 0, ended: pretrainer => early[group.Rank] = pretrainer.Buckets.Early));
        CollectionAssert.AreEqual(new long[] { 0, 0 }, early);
    }

    [TestMethod]
    public void Run_GradientsThatComeAfterTheirBucketHasLeft_CountAsWell()
    {
        var config = SmallTraining.Experiment("simclr-fashion-mnist", installation, folder);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64, own => new Penalized(own));
        (long Early, long All) buckets = default;
        var several = ThreadGroup.Run(2, group => SmallTraining.Train(
            config, installation, group, float64, own => new Penalized(own), bucketBytes: 1, ended: pretrainer => buckets = pretrainer.Buckets));
        foreach (var (state, _) in several)
        {
            Assert.IsLessThan(Tolerance, SmallTraining.Difference(alone.State, state).Value);
        }

        Assert.IsGreaterThan(0, buckets.Early);
        Assert.IsLessThanOrEqualTo(buckets.All / SmallTraining.Steps, buckets.Early, "after the first step none leaves early");
    }

    [TestMethod]
    public void Run_AGatherWithoutGradient_IsSeen()
    {
        // The usual mistake: the loss of the first step is the same to the last digit, the gradient is not.
        var config = SmallTraining.Experiment("simclr-fashion-mnist", installation, folder);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64);
        var several = ThreadGroup.Run(2, group => SmallTraining.Train(config, installation, group, float64, own => new Detached(own)));
        Assert.IsGreaterThan(1e-3, SmallTraining.Difference(alone.State, several[0].State).Value);
    }

    [TestMethod]
    public void Run_ProcessesThatDrawOnTheirOwn_AreStopped()
    {
        var config = SmallTraining.Experiment("simclr-fashion-mnist", installation, folder);
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => ThreadGroup.Run(2, group => SmallTraining.Train(config, installation, group, float32, own => new Drifting(own, group.Rank))));
        Assert.AreEqual(FailureKind.Plugin, error.Kind);
        Assert.Contains("process 1 has other weights than process 0", error.Message);
    }

    /// <summary>Every parameter a bucket of its own, against one for all.</summary>
    private void AssertBucketsChangeNothing(
        string method, string[] settings, Func<IPretextObjective, IPretextObjective>? within = null, bool regrouped = false)
    {
        var (type, tolerance) = regrouped ? (float64, Tolerance) : (float32, 0);
        var config = SmallTraining.Experiment(method, installation, folder, settings);
        var buckets = new (long Early, long All)[2];
        var whole = ThreadGroup.Run(2, group => SmallTraining.Train(config, installation, group, type, within));
        var parts = ThreadGroup.Run(2, group => SmallTraining.Train(
            config, installation, group, type, within, bucketBytes: 1, ended: pretrainer => buckets[group.Rank] = pretrainer.Buckets));
        foreach (var (name, tensor) in regrouped ? new Dictionary<string, Tensor>() : whole[0].State)
        {
            Assert.IsTrue(parts.All(one => one.State[name].eq(tensor).all().ToBoolean()), name);
        }

        Assert.IsLessThanOrEqualTo(tolerance, parts.Max(one => SmallTraining.Difference(whole[0].State, one.State).Value));

        Console.WriteLine($"{method}: {buckets[0].Early} of {buckets[0].All} gradients left during the backward");
        Assert.IsGreaterThan(0, buckets[0].Early);
        Assert.AreEqual(buckets[0], buckets[1]);
    }

    /// <summary>AMDIM's four processes differ by 2e-10 on one kind of processor, in the running mean of a head.</summary>
    private static double ToleranceOf(string method) => method.StartsWith("amdim", StringComparison.Ordinal) ? 1e-9 : Tolerance;

    private void AssertTrainsAsOne(string method, int count, params string[] settings)
    {
        var config = SmallTraining.Experiment(method, installation, folder, settings);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64);
        foreach (var (state, loss) in ThreadGroup.Run(count, group => SmallTraining.Train(config, installation, group, float64)))
        {
            var (name, difference) = SmallTraining.Difference(alone.State, state);
            Console.WriteLine($"{method}: {difference:G2} ({name}), loss {loss}");
            Assert.IsLessThan(ToleranceOf(method), difference, name);
            Assert.AreEqual(alone.Loss, loss, 1e-9);
        }
    }

    private sealed class Detached(IPretextObjective objective) : IPretextObjective
    {
        public nn.Module Module => objective.Module;

        public IBackbone Backbone => objective.Backbone;

        public StepResult ComputeLoss(ViewBatch batch, StepContext step) =>
            objective.ComputeLoss(batch, step with { Replicas = new WithoutGradient(step.Replicas) });
    }

    private sealed class WithoutGradient(IReplicas replicas) : IReplicas
    {
        public int Rank => replicas.Rank;

        public int Count => replicas.Count;

        public Tensor Gather(Tensor rows)
        {
            var all = replicas.Gather(rows.detach()).split(rows.shape[0]);
            all[Rank] = rows;
            return cat(all);
        }

        public Tensor Sum(Tensor local) => replicas.Sum(local);

        public void Broadcast(Tensor values) => replicas.Broadcast(values);
    }

    /// <summary>Uses the last weights outside their module too, before it: their gradient from there comes last.</summary>
    private sealed class Penalized(IPretextObjective objective) : IPretextObjective
    {
        public nn.Module Module => objective.Module;

        public IBackbone Backbone => objective.Backbone;

        public StepResult ComputeLoss(ViewBatch batch, StepContext step)
        {
            var penalty = Module.parameters().Last(parameter => parameter.requires_grad).square().sum();
            var result = objective.ComputeLoss(batch, step);
            return new StepResult(result.Loss + penalty, [.. result.Metrics.Select(metric => (metric.Name, metric.Value))]);
        }
    }

    /// <summary>Adds a head whose first layer changes the features in place.</summary>
    private sealed class ChangedInPlace : IPretextObjective
    {
        private readonly IPretextObjective objective;
        private readonly nn.Module<Tensor, Tensor> head;

        public ChangedInPlace(IPretextObjective objective)
        {
            this.objective = objective;
            head = nn.Sequential(nn.ReLU(inplace: true), nn.Linear(objective.Backbone.FeatureDimension, 3));
            using var gradient = no_grad();
            foreach (var parameter in head.parameters())
            {
                parameter.fill_(0.1);
            }

            Module = new Both(objective.Module, head);
        }

        public nn.Module Module { get; }

        public IBackbone Backbone => objective.Backbone;

        public StepResult ComputeLoss(ViewBatch batch, StepContext step)
        {
            var result = objective.ComputeLoss(batch, step);
            return new StepResult(result.Loss + head.call(Backbone.Forward(batch.Views[0]) * 1).square().mean());
        }

        private sealed class Both : nn.Module
        {
            public Both(nn.Module objective, nn.Module head)
                : base("both")
            {
                register_module("objective", objective);
                register_module("head", head);
            }
        }
    }

    private sealed class Drifting(IPretextObjective objective, int rank) : IPretextObjective
    {
        public nn.Module Module => objective.Module;

        public IBackbone Backbone => objective.Backbone;

        public StepResult ComputeLoss(ViewBatch batch, StepContext step) => objective.ComputeLoss(batch, step);

        public void AfterUpdate(StepContext step) => Module.parameters().First().add_(1e-6 * rank);
    }
}
