using SslFramework.Core.Weights;
using SslFramework.Tests.Host.Commands;
using TorchSharp;

namespace SslFramework.Tests.Core.Training;

[TestClass]
public class PretrainerTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-pretrainer").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Run_WithAccumulation_EqualsTheWholeBatch(int accumulation)
    {
        // A transformer has no batch statistics, and rotation no softmax over the batch: nothing sees the cut.
        Train("whole");
        Train("cut", $"training.accumulation={accumulation}");
        AssertClose("whole", "cut", 1e-5);
    }

    [TestMethod]
    public void Run_WithAGradientCache_EqualsTheWholeBatch()
    {
        string[] contrastive =
        [
            "objective={\"name\":\"simclr\"}",
            "augmentation.views=[{\"count\":2,\"steps\":[{\"name\":\"randomResizedCrop\",\"size\":28},{\"name\":\"normalize\",\"mean\":[0.286],\"std\":[0.353]}]}]",
        ];
        Train("whole", contrastive);
        Train("cut", [.. contrastive, "training.gradientCache=20"]);
        AssertClose("whole", "cut", 1e-4);
    }

    [TestMethod]
    public void Run_WithAGradientCacheOverTokens_IsRefused()
    {
        var (code, _, errors) = SslProgram.Run("validate", Repository.Experiment("mae-fashion-mnist.json"), "--set", "training.gradientCache=8");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "\"training.gradientCache\" is for objectives over feature vectors");
    }

    [TestMethod]
    public void Run_ExemplarsNetworkWithAGradientCache_IsRefused()
    {
        var (code, _, errors) = SslProgram.Run("validate", SslFramework.Tests.Reliability.SmallRuns.Write("exemplar-fashion-mnist", runs), "--set", "training.gradientCache=8", "--set", "backbone={\"name\":\"exemplar-cnn\",\"maps\":[16,16],\"hidden\":16}");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "this one asks the backbone for members of ExemplarCnn");
    }

    [TestMethod]
    public void Run_WarmUp_LeavesTheWeightsOfTheFirstStep()
    {
        Train("start", "schedule.learningRate=0.1", "schedule.warmupEpochs=1", "data.take=32", "optimizer.weightDecay=0.1");
        Train("random", "schedule.learningRate=1e-12", "data.take=32");
        AssertClose("start", "random", 1e-9);
    }

    [TestMethod]
    public void Run_Clipped_LogsTheNormAndMovesLess()
    {
        Train("free", "optimizer.momentum=0", "optimizer.nesterov=false");
        Train("clipped", "optimizer.momentum=0", "optimizer.nesterov=false", "training.clipNorm=1e-6");
        Train("random", "schedule.learningRate=1e-12");
        StringAssert.Contains(File.ReadAllText(Path.Combine(runs, "clipped", "metrics.jsonl")), "\"gradientNorm\":");
        AssertClose("clipped", "random", 1e-5);
        Assert.ThrowsExactly<AssertFailedException>(() => AssertClose("free", "random", 1e-5));
    }

    private void Train(string name, params string[] settings)
    {
        string[] all =
        [
            $"name={name}", "backbone={\"name\":\"vit\",\"imageSize\":28,\"patchSize\":7,\"dimension\":16,\"depth\":1,\"heads\":2}",
            "augmentation.views.0.steps.0.size=28", "data.take=96", "training.batchSize=32", "training.epochs=1", "training.logEvery=1", "threads=1", "precision=fp32",
            "optimizer.weightDecay=0", "evaluation.baselines=false", "evaluation.evaluators=[\"knn\"]", "evaluation.test.skip=9990", .. settings,
        ];
        var (code, _, errors) = SslProgram.Run(
            ["train", Repository.Experiment("quickstart.json"), "--runs", runs, .. all.SelectMany(setting => new[] { "--set", setting })]);
        Assert.AreEqual(0, code, errors);
    }

    private void AssertClose(string first, string second, double tolerance)
    {
        using var a = SafeTensors.Read(Path.Combine(runs, first, "backbone.safetensors"));
        using var b = SafeTensors.Read(Path.Combine(runs, second, "backbone.safetensors"));
        foreach (var (key, tensor) in a.Tensors)
        {
            using var difference = (tensor - b.Tensors[key]).abs().max();
            Assert.IsLessThanOrEqualTo(tolerance, difference.item<float>(), key);
        }
    }
}
