using System.Text.Json.Nodes;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;
using SslFramework.Tests.Host.Runs;

namespace SslFramework.Tests.Host.Training;

/// <summary>What a run needs last is looked at before it takes its first step, by every command that looks at all.</summary>
[TestClass]
internal sealed class PreflightTests
{
    private readonly SmallExperiment small = new();

    public static IEnumerable<object[]> Mistakes =>
    [
        ["\"evaluation.test\": The folder of images '/nowhere' does not exist", ExitCode.Data, "evaluation.test.path=/nowhere"],
        ["\"evaluation.train\": The folder of images '/nowhere' does not exist", ExitCode.Data, "evaluation.train={\"name\":\"imageFolder\",\"path\":\"/nowhere\"}"],
        ["\"evaluation.transform\": ", ExitCode.Config, "evaluation.transform.views.0.steps=[\"normalize\"]"],
        ["\"evaluation.transform\": Evaluation takes one view of each image, but its augmentation makes 2", ExitCode.Config, "evaluation.transform.views.0.count=2"],
        ["\"evaluation.test\": Evaluation needs labels", ExitCode.Config, "evaluation.test={\"name\":\"imageFolder\",\"path\":\"images/ant\"}"],
        ["\"monitor.test\": The folder of images '/nowhere' does not exist", ExitCode.Data, "monitor={\"evaluators\":[\"knn\"],\"test\":{\"name\":\"imageFolder\",\"path\":\"/nowhere\"}}"],
        ["\"data\": The folder of images '/nowhere' does not exist; correct its path, or put the images there.", ExitCode.Data, "data.path=/nowhere"],
        ["\"evaluation.transform\": ", ExitCode.Config, "backbone={\"name\":\"vit\",\"imageSize\":16,\"dimension\":48,\"depth\":1,\"heads\":3,\"patchSize\":8}", "evaluation.transform.views.0.steps.0={\"name\":\"resize\",\"height\":20,\"width\":20}"],
    ];

    [TestCleanup]
    public void CleanUp() => small.Dispose();

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void ValidatePlanAndTrain_WhatIsNeededLast_IsToldFirst(string sentence, ExitCode code, params string[] settings)
    {
        string[] set = [.. settings.SelectMany(setting => new[] { "--set", setting.Replace("images/ant", Path.Combine(small.Images, "ant"), StringComparison.Ordinal) })];
        foreach (var (told, _, errors) in new[] { SslProgram.Run(["validate", small.File, .. set]), SslProgram.Run(["plan", small.File, "--no-calibration", .. set]), small.Train(set) })
        {
            StringAssert.Contains(errors, $"error: {sentence}");
            Assert.AreEqual((int)code, told, errors);
        }

        Assert.IsFalse(Directory.Exists(small.Run));
    }

    [TestMethod]
    public void Validate_EvaluationAndMonitorWrong_TellsBoth()
    {
        var (code, _, errors) = SslProgram.Run(
            "validate", small.File, "--set", "evaluation.test.path=/nowhere", "--set", """monitor={"evaluators":["knn"],"test":{"name":"imageFolder","path":"/neither"}}""");
        Assert.AreEqual((int)ExitCode.Data, code);
        StringAssert.Contains(errors, "error: \"evaluation.test\": The folder of images '/nowhere'");
        StringAssert.Contains(errors, "error: \"monitor.test\": The folder of images '/neither'");
    }

    [TestMethod]
    public void ValidatePlanAndTrain_NoImagesToLearnFrom_TellTheOthersThatAreMissingToo()
    {
        string[] set = ["--set", "data.path=/nowhere", "--set", "evaluation.test.path=/neither"];
        foreach (var (code, _, errors) in new[] { SslProgram.Run(["validate", small.File, .. set]), SslProgram.Run(["plan", small.File, .. set]), small.Train(set) })
        {
            Assert.AreEqual((int)ExitCode.Data, code);
            StringAssert.Contains(errors, "error: \"data\": The folder of images '/nowhere'");
            StringAssert.Contains(errors, "error: \"evaluation.test\": The folder of images '/neither'");
        }
    }

    [TestMethod]
    [DataRow("small.json")]
    [DataRow("rotation")]
    public void Validate_DataThatIsNotThere_TellsTheExperimentsMistakesToo(string named)
    {
        var (code, _, errors) = SslProgram.Run(
            "validate", named == "rotation" ? named : small.File, "--data", "/nowhere", "--set", "training.epochs=0", "--set", "backbone.wdith=8");
        Assert.AreEqual((int)ExitCode.Data, code, errors);
        StringAssert.Contains(errors, "error: There are no images at '/nowhere'");
        StringAssert.Contains(errors, "\"training.epochs\" is 0");
        StringAssert.Contains(errors, "did you mean \"width\"?");
    }

    [TestMethod]
    [DataRow(0.5, 0)]
    [DataRow(0.01, (int)ExitCode.Data)]
    public void Evaluation_OfImagesThatTrainingMayLeaveOut_FollowsIt(double maximum, int expected)
    {
        for (var i = 0; i < 3; i++)
        {
            File.WriteAllText(Path.Combine(small.Images, "ant", $"0{i}.png"), "no image");
        }

        var (code, _, errors) = small.Train("--set", $"training.maximumBad={maximum}");
        Assert.AreEqual(expected, code, errors);
        if (expected == 0)
        {
            StringAssert.Contains(errors, "3 of 24 images of the evaluation cannot be used and are left out");
            Assert.AreEqual("completed", (string?)small.Read("run.json")["status"]);
        }
    }

    [TestMethod]
    public void Validate_WrongNumberOfViews_IsToldByOneStepOnMadeImages()
    {
        var (code, _, errors) = SslProgram.Run("validate", small.File, "--set", "objective=simclr");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "takes 2 views");
        Assert.AreEqual(0, SslProgram.Run("validate", small.File, "--set", "objective=simclr", "--set", "augmentation.views.0.count=2").ExitCode);
    }

    [TestMethod]
    public void Validate_AQueueThatTheBatchDoesNotDivide_IsTold()
    {
        var (code, _, errors) = SslProgram.Run(
            "validate", small.File, "--set", "augmentation.views.0.count=2", "--set", """objective={"name":"moco-v1","queueLength":20}""");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "A step brings 8 keys, which do not divide the queue of 20");
    }

    [TestMethod]
    public void Validate_MoreMicroBatchesThanAnEpochHas_IsTold()
    {
        var (code, _, errors) = SslProgram.Run("validate", small.File, "--set", "training.batchSize=24", "--set", "training.accumulation=24", "--set", "data.split=train");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "fewer than \"training.accumulation\" (24)");
    }

    [TestMethod]
    [DataRow("One image at a time is looked at", "training.batchSize=1")]
    [DataRow("The queue holds 4,096 keys of 24 images, each one 170.7 times", "objective={\"name\":\"moco-v1\",\"queueLength\":4096}", "augmentation.views.0.count=2")]
    [DataRow("All views of an image are the same", "augmentation.views.0={\"count\":2,\"steps\":[{\"name\":\"resize\",\"height\":16,\"width\":16},\"normalize\"]}", "objective=simclr")]
    [DataRow("The monitor measures every 5 epochs, and the run has 2", "monitor={\"every\":5,\"evaluators\":[\"knn\"]}")]
    [DataRow("The warm-up of 2 epochs is as long as the training", "schedule.warmupEpochs=2")]
    public void ValidatePlanAndTrain_SettingsThatTeachNothing_AreWarnedOf(string sentence, params string[] settings)
    {
        string[] set = [.. settings.SelectMany(setting => new[] { "--set", setting })];
        StringAssert.Contains(SslProgram.Run(["validate", small.File, .. set]).Errors, $"warning: {sentence}");
        var json = JsonNode.Parse(SslProgram.Run(["validate", small.File, "--json", .. set]).Output)!;
        StringAssert.StartsWith((string)json["warnings"]![0]!, sentence);
        StringAssert.Contains(SslProgram.Run(["plan", small.File, "--no-calibration", "--json", .. set]).Output, sentence);
        StringAssert.Contains(small.Train([.. set, "--steps", "1"]).Errors, $"warning: {sentence}");
        Assert.DoesNotContain(sentence, small.Train([.. set, "--steps", "2"]).Errors, "once for a run");
    }
}
