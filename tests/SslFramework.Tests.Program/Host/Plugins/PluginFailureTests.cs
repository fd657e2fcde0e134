using System.Diagnostics;
using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Plugins;

/// <summary>A plugin that fails in every way at every place: who, where, what next, and a run that goes on.</summary>
[TestClass]
public class PluginFailureTests
{
    private const string Variable = "TEST_PLUGIN_FAILURE";

    private const string Experiment = """
        {
          "name": "failing", "threads": 1,
          "data": { "name": "synthetic", "count": 16, "size": 8 },
          "augmentation": { "name": "recipe", "views": [ { "steps": [ "normalize" ] } ] },
          "backbone": { "name": "resnet18", "stem": "small", "width": 2, "blocksPerStage": [1] },
          "objective": "failing", "optimizer": "sgd", "schedule": { "name": "cosine", "learningRate": 0.01 },
          "training": { "epochs": 4, "batchSize": 4, "logEvery": 1 },
          "evaluation": {
            "test": { "name": "synthetic", "count": 8, "size": 8 },
            "transform": { "name": "recipe", "views": [ { "steps": [ "normalize" ] } ] },
            "evaluators": [ "failing-evaluator" ], "baselines": false
          }
        }
        """;

    private readonly PluginStage stage = new("FailingPlugin");

    private string File => Path.Combine(stage.Root, "failing.json");

    private string Runs => Path.Combine(stage.Root, "runs");

    [TestInitialize]
    public void Write() => System.IO.File.WriteAllText(File, Experiment);

    [TestCleanup]
    public void Delete()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        stage.Dispose();
    }

    /// <summary>The state is sound wherever it is thrown, but for the middle of an update; then the checkpoint before it counts.</summary>
    [TestMethod]
    [Case("P5")]
    [DataRow("throw@constructor", "The objective \"failing\" of FailingPlugin could not be built", 0)]
    [DataRow("throw@loss:5", "FailingObjective.ComputeLoss", 5)]
    [DataRow("throw@before:5", "FailingObjective.BeforeUpdate", 5)]
    [DataRow("throw@after:5", "FailingObjective.AfterUpdate", 4)]
    [DataRow("throw@evaluate", "FailingEvaluator.Evaluate", 16)]
    public void Train_APluginThrows_NamesItAndThePlaceAndGoesOnAfterwards(string failure, string place, int saved)
    {
        var (code, _, errors) = Train(failure);
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.Contains(errors, "FailingPlugin");
        StringAssert.Contains(errors, place);
        StringAssert.Contains(errors, "NotSupportedException: The moon is wrong");
        if (saved > 0)
        {
            Assert.AreEqual("failed", (string?)Status()["status"]);
            StringAssert.Contains((string?)Status()["reason"], place);
        }

        AssertGoesOn(saved);
    }

    [TestMethod]
    [Case("P5")]
    public void Train_DisposeThrows_IsAWarningAndHidesNothing()
    {
        var (code, _, errors) = Train("throw@dispose");
        Assert.AreEqual(0, code, errors);
        StringAssert.Matches(errors, new(@"warning: Plugin FailingPlugin failed in FailingObjective\.Dispose \(Failure\.cs:\d+\) with NotSupportedException: The moon is wrong"));
        Assert.AreEqual("completed", (string?)Status()["status"]);
    }

    [TestMethod]
    [Case("P8")]
    public void Train_TensorsAreLeftBehind_NamesTheMethodAndTheNumber()
    {
        var (code, _, errors) = Train("leak@loss", "--set", "training.epochs=80");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "warning: The objective \"failing\" of FailingPlugin leaves 12 tensors behind at every step");
    }

    /// <summary>Nothing of the host runs any more in the last three: what is on the disk must do.</summary>
    [TestMethod]
    [Case("P7")]
    [DataRow("exit@loss:9", 5)]
    [DataRow("thread@loss:9", 134)]
    [DataRow("abort@loss:9", 134)]
    [DataRow("overflow@loss:9", 134)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Train_APluginEndsTheProcess_IsNoSuccessAndGoesOnAfterwards(string failure, int expected)
    {
        var (code, errors) = TrainApart(failure);
        Assert.AreEqual(expected, code, errors);
        if (failure.StartsWith("exit", StringComparison.Ordinal) || failure.StartsWith("thread", StringComparison.Ordinal))
        {
            Assert.AreEqual("failed", (string?)Status()["status"], errors);
            StringAssert.Contains((string?)Status()["reason"], failure[0] == 'e' ? "Environment.Exit" : "Plugin FailingPlugin failed");
        }
        else
        {
            Assert.AreEqual("running", (string?)Status()["status"], "it is not completed");
        }

        AssertGoesOn(8);
        if (expected == 134 && !failure.StartsWith("thread", StringComparison.Ordinal))
        {
            StringAssert.Contains(
                System.IO.File.ReadAllText(Path.Combine(Runs, "failing", "journal.md")),
                "ended without a word while it trained the objective \"failing\" of FailingPlugin: it was killed, or native code ended it.");
        }
    }

    [TestMethod]
    [Case("C25")]
    public void Train_ALoaderThreadHangs_EndsWithTheReasonAndGoesOnAfterwards()
    {
        string[] more = ["--set", "augmentation=failing-augmentation", "--set", "training.stepTimeout=2"];
        var (code, errors) = TrainApart("hang@augment:30", more);
        Assert.AreEqual((int)ExitCode.Hung, code, errors);
        StringAssert.Contains(errors, "waiting for images (does their disk or network answer?)");
        Assert.AreEqual("Hung", (string?)Status()["exitReason"]);
        AssertGoesOn(4, more);
    }

    private void AssertGoesOn(int from, params string[] more)
    {
        var again = Train("", more);
        Assert.AreEqual(0, again.ExitCode, again.Errors);
        Assert.AreEqual("completed", (string?)Status()["status"]);
        if (from > 0)
        {
            StringAssert.Contains(again.Errors, $"Going on from step {from}");
        }
    }

    private (int ExitCode, string Output, string Errors) Train(string failure, params string[] more)
    {
        Environment.SetEnvironmentVariable(Variable, failure);
        return SslProgram.Run(["train", File, "--runs", Runs, "--plugins", stage.Root, .. more]);
    }

    /// <summary>In a process of its own.</summary>
    private (int ExitCode, string Errors) TrainApart(string failure, params string[] more)
    {
        var start = new ProcessStartInfo(SmallProcess.Ssl, ["train", File, "--runs", Runs, "--plugins", stage.Root, .. more])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment[Variable] = failure;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }

    private JsonNode Status() => JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Runs, "failing", "run.json")))!;
}
