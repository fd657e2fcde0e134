using System.Text.Json.Nodes;
using SslFramework.Core.Weights;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Plugins;

/// <summary>What authors of plugins do wrong at first: one sentence with the plugin, the class, the line and the remedy.</summary>
[TestClass]
public sealed class StrangersMistakesTests : IDisposable
{
    private const string Experiment = """
        {
          "name": "mistaken", "threads": 1, "precision": "fp32",
          "data": { "name": "synthetic", "count": 16, "size": 8 },
          "augmentation": { "name": "recipe", "views": [ { "steps": [ "normalize" ] } ] },
          "backbone": "scaled-backbone",
          "objective": { "name": "mistaken", "mistake": "none" }, "optimizer": "sgd", "schedule": { "name": "cosine", "learningRate": 0.01 },
          "training": { "epochs": 2, "batchSize": 4, "logEvery": 1, "loaderThreads": 0 }
        }
        """;

    private readonly PluginStage stage = new("MistakenPlugin");

    public StrangersMistakesTests() => File.WriteAllText(ExperimentFile, Experiment);

    private string ExperimentFile => Path.Combine(stage.Root, "mistaken.json");

    private string Runs => Path.Combine(stage.Root, "runs");

    public void Dispose() => stage.Dispose();

    [TestMethod]
    [DataRow("unregistered", "\"head\" of MistakenObjective is not registered, so that it would be neither trained nor saved; end the constructor with RegisterComponents()")]
    [DataRow("inAList", "\"heads\" of MistakenObjective is not registered, so that it would be neither trained nor saved; RegisterComponents() does not look into collections: make it a ModuleList")]
    [DataRow("twice", "\"head.weight\" and \"same.weight\" are one and the same, which would be saved twice")]
    [DataRow("wrappedBackbone", "\"second\" of MistakenObjective is a backbone whose module is not registered, so that it would be neither trained nor saved; call register_module(\"second\", second.Module)")]
    public void Validate_ParametersThatWouldBeLost_AreNamedWithClassLineAndRemedy(string mistake, string sentence)
    {
        var (code, _, errors) = SslProgram.Run("validate", ExperimentFile, "--plugins", stage.Root, "--set", $"objective.mistake={mistake}");
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.Contains(errors, sentence);
        StringAssert.Matches(errors, new("""The objective "mistaken" of MistakenPlugin cannot be trained as it is \(MistakenObjective\.cs:\d+\): """));
    }

    [TestMethod]
    public void ValidatePlanAndTrain_FilesThatAreNotThere_AreAllNamedBeforeAnythingIsBuilt()
    {
        string[] set =
        [
            "--plugins", stage.Root, "--set", "objective.mistake=unregistered", "--set", $"objective.codes={stage.Root}/codes.bin",
            "--set", """objective.parts=[{"words":"/nowhere/words.txt"},{"words":""},{"words":"/"}]""",
            "--set", """data={"name":"imageFolder","path":"/neither"}""",
        ];
        foreach (var (code, _, errors) in new[]
        {
            SslProgram.Run(["validate", ExperimentFile, .. set]), SslProgram.Run(["plan", ExperimentFile, .. set]),
            SslProgram.Run(["train", ExperimentFile, "--runs", Runs, .. set]),
        })
        {
            Assert.AreEqual((int)ExitCode.Data, code, errors);
            StringAssert.Matches(errors, new("""error: "objective\.codes": '[^']*/codes\.bin' does not exist; correct the path, or put there what the objective "mistaken" of MistakenPlugin reads\."""));
            StringAssert.Contains(errors, "error: \"objective.parts[0].words\": '/nowhere/words.txt' does not exist; ");
            StringAssert.Contains(errors, "error: \"data\": The folder of images '/neither' does not exist");
            Assert.HasCount(3, errors.Split("error: ")[1..]);
        }

        Assert.IsFalse(Directory.Exists(Path.Combine(Runs, "mistaken")));
        File.WriteAllText(Path.Combine(stage.Root, "codes.bin"), "");
        Assert.AreEqual(0, SslProgram.Run("validate", ExperimentFile, "--plugins", stage.Root, "--set", $"objective.codes={stage.Root}/codes.bin").ExitCode);
    }

    [TestMethod]
    public void Validate_AServiceThatDoesNotExist_IsNamedWithThoseThatDo()
    {
        var (code, _, errors) = SslProgram.Run("validate", ExperimentFile, "--plugins", stage.Root, "--set", "objective=asking");
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.Contains(
            errors,
            "The objective \"asking\" of MistakenPlugin could not be built: its constructor asks for Uri, which a component of this kind does not get; "
            + "it may ask for NoOptions, DataInfo, IBackboneFactory, IDataSource, IComponentFactory, IProgress<EvaluationProgress>, IProgress<Figure>, IProgress<Chart>");
    }

    [TestMethod]
    [DataRow("vector", 1, "the loss must be a scalar, but its shape is [4]; take its mean")]
    [DataRow("detached", 1, "The loss has no gradient, because it was detached or computed under no_grad")]
    [DataRow("noGradient", 1, "The loss has no gradient, because it was detached or computed under no_grad")]
    [DataRow("takenName", 1, "the name of the metric \"loss\" is the training loop's own; give it another one")]
    [DataRow("earlierTensor", 2, "a tensor was used whose memory is freed, such as one of an earlier step; keep what must outlive a step in a buffer")]
    [DataRow("keptGraph", 2, "The loss reaches back into an earlier step, whose graph is gone; call detach()")]
    [DataRow("bank", 2, "left NaN or infinity in the buffer \"bank\", which is too large to be kept and given back; change buffers above 64 MiB in AfterUpdate alone")]
    public void Train_AStepThatIsWrong_NamesPluginClassLineStepAndRemedy(string mistake, int step, string sentence)
    {
        var (code, _, errors) = Train(mistake);
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.Contains(errors, sentence);
        StringAssert.Matches(errors, new("""error: .*MistakenPlugin.*MistakenObjective.*MistakenObjective\.cs:\d+"""));
        StringAssert.Contains(errors, $"at step {step}");
        StringAssert.DoesNotMatch(errors, new("retain_graph|empty handle"));
        if (step == 1)
        {
            StringAssert.DoesNotMatch(errors, new("goes on"), "there is no checkpoint");
        }
        else if (mistake != "bank")
        {
            StringAssert.Contains(errors, "The same command goes on from step 1.");
        }
    }

    [TestMethod]
    public void Train_ParametersWithoutGradient_AreNamedAtTheFirstStepAlone()
    {
        var (code, _, errors) = Train("unused");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "The first step gave no gradient to \"head.weight\", \"head.bias\", and what gets none is not trained");
        var lines = File.ReadAllLines(Path.Combine(Runs, "unused", "incidents.jsonl"));
        Assert.AreEqual("untrained", (string?)JsonNode.Parse(lines.Single())!["kind"]);
    }

    [TestMethod]
    public void Train_AFrozenPart_StaysInEvaluationMode()
    {
        var (code, _, errors) = Train("none");
        Assert.AreEqual(0, code, errors);
        using var saved = SafeTensors.Read(Directory.GetFiles(Path.Combine(Runs, "none", "checkpoints"), "objective.safetensors", SearchOption.AllDirectories).Max()!);
        Assert.AreEqual(0, saved.Tensors["frozen.running_mean"].abs().sum().ToDouble());
        Assert.IsFalse(File.Exists(Path.Combine(Runs, "none", "incidents.jsonl")) && File.ReadAllText(Path.Combine(Runs, "none", "incidents.jsonl")).Length > 0);
    }

    /// <summary>Whose stops make the difference is told apart from who differs anyway.</summary>
    [TestMethod]
    [DataRow("chance", "trained 4 steps again without a stop: DIFFERENT in", "already differs without a stop, so that nothing can be said of resuming", false)]
    [DataRow("hiddenState", "trained 4 steps again without a stop: equal to the last bit", "does not go on to the same bits; keep all state of the objective in parameters and buffers", true)]
    public void VerifyResume_TrainsTwiceWithoutAStopFirst(string mistake, string told, string sentence, bool triesStops)
    {
        var (code, output, errors) = SslProgram.Run("verify-resume", ExperimentFile, "--steps", "4", "--plugins", stage.Root, "--set", $"objective.mistake={mistake}");
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        StringAssert.StartsWith(output, told);
        StringAssert.Contains(errors, sentence);
        Assert.AreEqual(triesStops, output.Contains("stopped after step 2 of 4", StringComparison.Ordinal), output);
    }

    /// <summary>libtorch writes a dozen native frames into its message.</summary>
    [TestMethod]
    public void Train_WithTrace_ShowsThePluginsOwnFramesBeforeTheNativeOnes()
    {
        var (_, _, errors) = Train("keptGraph", "--trace");
        var (managed, native) = (errors.IndexOf("SslFramework.Engine.Training.Pretrainer.TakeStep", StringComparison.Ordinal), errors.IndexOf("frame #", StringComparison.Ordinal));
        Assert.IsGreaterThan(0, managed, errors);
        Assert.IsGreaterThan(managed, native, errors);
    }

    [TestMethod]
    public void ExportAndEmbed_ABackboneWithParametersOfItsOwn_KeepAllOfThem()
    {
        Assert.AreEqual(0, Train("none").ExitCode);
        var run = Path.Combine(Runs, "none");
        var (code, _, errors) = SslProgram.Run("export", run, "--plugins", stage.Root);
        Assert.AreEqual(0, code, errors);
        using var trained = SafeTensors.Read(Path.Combine(run, "backbone.safetensors"));
        using var exported = SafeTensors.Read(Path.Combine(run, "export", "backbone.safetensors"));
        CollectionAssert.AreEquivalent(new[] { "fc.weight", "fc.bias", "scale" }, exported.Tensors.Keys.ToArray());
        foreach (var (key, tensor) in exported.Tensors)
        {
            CollectionAssert.AreEqual(trained.Tensors[key].data<float>().ToArray(), tensor.data<float>().ToArray(), key);
        }

        var images = Directory.CreateDirectory(Path.Combine(stage.Root, "photos")).FullName;
        for (var i = 0; i < 2; i++)
        {
            using var bitmap = new SkiaSharp.SKBitmap(8, 8, SkiaSharp.SKColorType.Gray8, SkiaSharp.SKAlphaType.Opaque);
            using var png = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(images, $"{i}.png"), png.ToArray());
        }

        (code, _, errors) = SslProgram.Run("embed", run, "--data", images, "--output", Path.Combine(stage.Root, "features.npy"), "--plugins", stage.Root, "--transform", """{"name":"recipe","views":[{"steps":[{"name":"resize","height":8,"width":8},"normalize"]}]}""");
        Assert.AreEqual(0, code, errors);
    }

    [TestMethod]
    public void SentenceFor_AnErrorOfTheHosts_BlamesNobody()
    {
        Assert.IsNull(PluginFault.SentenceFor(Thrown(), "The objective \"simclr\" of SimCLR", 3, 2));

        static Exception Thrown()
        {
            try
            {
                throw new IOException("No space left on device");
            }
            catch (IOException e)
            {
                return e;
            }
        }
    }

    private (int ExitCode, string Output, string Errors) Train(string mistake, params string[] more) => SslProgram.Run(
        ["train", ExperimentFile, "--runs", Runs, "--plugins", stage.Root, "--set", $"name={mistake}", "--set", $"objective.mistake={mistake}", .. more]);
}
