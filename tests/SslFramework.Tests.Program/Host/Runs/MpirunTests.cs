using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;
using SslFramework.Tests.Host.Plugins;

namespace SslFramework.Tests.Host.Runs;

/// <summary>Two real processes under both MPI libraries: they train as one, and end as one.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class MpirunTests
{
    private const int User1 = 10;
    private const string Method = "simclr-fashion-mnist";

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-mpirun-").FullName;

    private string Run => Path.Combine(folder, Method);

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DataRow("openmpi", "OMPI_MCA_hwloc_base_binding_policy=none", "OMPI_MCA_hwloc_base_binding_policy=core:overload-allowed")]
    [DataRow("mpich", "HYDRA_BINDING=none", "HYDRA_BINDING=core")]
    public void Train_OnSeveralCoresOrOne_ExchangesGradientsDuringTheBackwardOrAfterItByTheSameBits(string launcher, string several, string one)
    {
        // 9 million weights are two buckets, of which the first leaves early where there is a core for it.
        foreach (var (name, binding) in new[] { ("several", several), ("one", one) })
        {
            using var process = Mpirun.Start(
                launcher, 2, [binding],
                SmallProcess.Arguments(Method, folder, "--set", $"name={name}", "--set", "backbone.width=84", "--set", "backbone.blocksPerStage=[1,1,1,1]", "--steps", "2"));
            var (code, errors) = process.End();
            Assert.AreEqual(0, code, errors);
        }

        Assert.AreEqual(Hash("several"), Hash("one"));

        string Hash(string run) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            File.ReadAllBytes(Path.Combine(folder, run, "checkpoints", "step-000000002", "objective.safetensors"))));
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void TrainAndEvaluate_InTwoProcesses_GiveTheNumbersOfOne(string launcher)
    {
        var (code, errors) = Mpirun.Train(launcher, Method, folder, "--set", """monitor={"evaluators":["knn"],"test":{"name":"synthetic","size":28,"channels":1,"classes":10,"count":100},"train":{"name":"synthetic","size":28,"channels":1,"classes":10,"count":700,"seed":1},"transform":{"name":"recipe","views":[{"steps":[{"name":"normalize","mean":[0.3],"std":[0.4]}]}]}}""");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(4, File.ReadLines(Path.Combine(Run, "metrics.jsonl")).Count(line => line.Contains("knn top-1", StringComparison.Ordinal)), "one of each epoch");
        Assert.AreEqual(1, errors.Split('\n').Count(line => line.Contains(" steps of ", StringComparison.Ordinal)), errors);
        Assert.AreEqual("completed", Status(Method, "status"));

        // One process alone begins with the same loss: later ones differ in float32, as sums are rounded otherwise.
        SslProgram.Run(SmallProcess.Arguments(Method, folder, "--set", "name=alone", "--steps", "3"));
        Assert.AreEqual(FirstLoss("alone"), FirstLoss(Method), 1e-3);

        string[] arguments =
        [
            "evaluate", Run, "--with", Repository.Experiment("evaluations/protocols.json"), "--set", "threads=1", "--set", "train.take=700", "--set", "test.skip=9900",
            "--set", """evaluators=[{"name":"knn","layers":"all"},{"name":"linear-probe","epochs":2},{"name":"low-shot","evaluator":"knn","perClass":30,"draws":2},"diagnostics"]""",
        ];
        using (var process = Mpirun.Start(launcher, 2, [], [.. arguments, "--output", Path.Combine(folder, "two.json")]))
        {
            (code, errors) = process.End();
            Assert.AreEqual(0, code, errors);
            Assert.AreEqual(1, errors.Split('\n').Count(line => line.Contains("Every number", StringComparison.Ordinal)), errors);
        }

        (code, _, errors) = SslProgram.Run([.. arguments, "--output", Path.Combine(folder, "one.json")]);
        Assert.AreEqual(0, code, errors);

        var (one, two) = (Results("one.json"), Results("two.json"));
        Assert.IsGreaterThan(20, one.Length);
        CollectionAssert.AreEqual(one, two);

        string[] Results(string file) => [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!["results"]!.AsArray().Select(result => result!.ToJsonString())];
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Train_OneHangs_AllEndAndItIsSaidWhichAndWhere(string launcher)
    {
        var (code, errors) = Mpirun.Train(launcher, Method, folder, "--inject", "hang@5#1", "--set", "training.stepTimeout=3");
        Assert.AreEqual((int)ExitCode.Hung, code, errors);
        Assert.Contains("process 1: error: Step 5 has not ended in", errors);
        Assert.Contains("computing", errors);
        Assert.Contains("for the other processes", errors);
        Assert.AreEqual("Hung", Status(Method, "exitReason"));
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Train_OneEndsItselfWithZero_IsNoSuccess(string launcher)
    {
        var (code, errors) = Mpirun.Train(launcher, Method, folder, "--inject", "exit@5#1");
        Assert.AreEqual((int)ExitCode.Left, code, errors);
        Assert.Contains("process 1: error: Something ended the process", errors);
        Assert.AreNotEqual("completed", Status(Method, "status"));
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Train_Signalled_AllSaveTheSameStepAndOneGoesOnFromThere(string launcher)
    {
        using (var process = Mpirun.Start(launcher, 2, [], SmallProcess.Arguments(Method, folder, "--inject", "slow@1-", "--set", "training.epochs=400", "--set", "training.logEvery=1", "--verbose")))
        {
            process.WaitForMessage("loss"); // after a step all of them listen
            process.Signal(User1);
            var (code, errors) = process.End();
            Assert.AreEqual((int)ExitCode.Stopped, code, errors);
        }

        Assert.AreEqual("Stopped", Status(Method, "exitReason"));
        var (again, _, told) = SslProgram.Run(SmallProcess.Arguments(Method, folder, "--set", "training.logEvery=1", "--steps", "40", "--override-resume", "training.epochs"));
        Assert.AreEqual(0, again, told);
        Assert.Contains("processes: 2 → 1", told);
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Train_OneFails_AllEndWithItsSentence(string launcher)
    {
        var (code, errors) = Mpirun.Train(launcher, Method, folder, "--inject", "throw@5#1");
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        Assert.Contains("process 1: error: The objective \"simclr\"", errors);
    }

    [TestMethod]
    [DataRow("openmpi", "libmpich.so.12")]
    [DataRow("mpich", "libmpi.so.40")]
    public void Train_WithTheOtherLibrary_IsRefused(string launcher, string library)
    {
        if (!File.Exists($"/usr/lib/x86_64-linux-gnu/{library}"))
        {
            Assert.Inconclusive($"{library} is not installed, so that nothing can be mistaken.");
        }

        using var process = Mpirun.Start(launcher, 2, [$"SSL_MPI_LIBRARY={library}"], SmallProcess.Arguments(Method, folder));
        var (code, errors) = process.End();
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        Assert.Contains("they do not belong together", errors);
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    [DataRow("openmpi")]
    [DataRow("mpich")]
    public void Train_APluginMeetsNull_GoesOn(string launcher)
    {
        // UCX would take the signal by which .NET notices it, and end the process.
        using var stage = new PluginStage("FailingPlugin");
        var experiment = JsonNode.Parse(File.ReadAllText(SmallRuns.Write("quickstart", folder)))!;
        experiment["objective"] = "failing";
        var file = Path.Combine(folder, "nothing.json");
        File.WriteAllText(file, experiment.ToJsonString());
        using var process = Mpirun.Start(
            launcher, 2, ["TEST_PLUGIN_FAILURE=null@loss:1"],
            "train", file, "--runs", folder, "--set", "name=nothing", "--no-report", "--plugins", stage.Root);
        var (code, errors) = process.End();
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("completed", Status("nothing", "status"));
    }

    private string? Status(string run, string key) => (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, run, "run.json")))![key];

    private double FirstLoss(string run) => JsonNode.Parse(File.ReadLines(Path.Combine(folder, run, "metrics.jsonl")).First())!["loss"]!.GetValue<double>();
}
