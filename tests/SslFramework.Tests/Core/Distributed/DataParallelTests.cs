using SslFramework.Core.Distributed;
using SslFramework.Host.Plugins;
using SslFramework.Testing;
using SslFramework.Tests.Reliability;

namespace SslFramework.Tests.Core.Distributed;

/// <summary>Several processes, here threads, against one: the same global batch, the same network to the last digits of float64.</summary>
[TestClass]
public class DataParallelTests
{
    private const double Tolerance = 1e-10;

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-group-").FullName;
    private readonly Installation installation = Installation.Load([Repository.Plugins]);

    public static IEnumerable<object[]> Each => SmallRuns.Methods.Select(method => new object[] { method });

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Each))]
    public void Run_TwoOrFourProcesses_TrainAsOne(string method) => AssertTrainsAsOne(method, [2, 4]);

    [TestMethod]
    [DataRow("simclr-fashion-mnist", "training.accumulation=2")]
    [DataRow("simclr-fashion-mnist", "training.gradientCache=3", "backbone={\"name\":\"vit\",\"imageSize\":20,\"patchSize\":5,\"dimension\":16,\"depth\":1,\"heads\":2}")]
    [DataRow("moco-v1-fashion-mnist", "backbone.normalization={\"kind\":\"splitBatchNorm\",\"splits\":4}")]
    [DataRow("moco-v1-fashion-mnist", "objective={\"name\":\"end-to-end\"}")]
    [DataRow("moco-v1-fashion-mnist", "objective={\"name\":\"memory-bank\",\"negatives\":32}", "augmentation.views.0.count=1")]
    [DataRow("moco-v3-fashion-mnist", "training.clipNorm=0.1", "optimizer={\"name\":\"lars\"}")]
    public void Run_TwoProcesses_TrainAsOneWith(string method, params string[] settings) => AssertTrainsAsOne(method, [2], settings);

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
        Assert.AreEqual(ExitCode.Plugin, error.ExitCode);
        Assert.Contains("process 1 has other weights than process 0", error.Message);
    }

    private void AssertTrainsAsOne(string method, int[] counts, params string[] settings)
    {
        var config = SmallTraining.Experiment(method, installation, folder, settings);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64);
        foreach (var (state, loss) in counts.SelectMany(count => ThreadGroup.Run(count, group => SmallTraining.Train(config, installation, group, float64))))
        {
            var (name, difference) = SmallTraining.Difference(alone.State, state);
            Console.WriteLine($"{method}: {difference:G2} ({name}), loss {loss}");
            Assert.IsLessThan(Tolerance, difference, name);
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

        public void Same(Tensor values) => replicas.Same(values);
    }

    private sealed class Drifting(IPretextObjective objective, int rank) : IPretextObjective
    {
        public nn.Module Module => objective.Module;

        public IBackbone Backbone => objective.Backbone;

        public StepResult ComputeLoss(ViewBatch batch, StepContext step) => objective.ComputeLoss(batch, step);

        public void AfterUpdate(StepContext step) => Module.parameters().First().add_(1e-6 * rank);
    }
}
