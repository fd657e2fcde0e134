using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Plugins.DINO;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DINO;

[TestClass]
public class DinoObjectiveTests
{
    private static readonly ViewShape Global = new(1, 8, 8);
    private static readonly ViewShape Local = new(1, 4, 4);
    private static readonly DinoOptions Small = new() { Head = new() { HiddenDimension = 16, Dimension = 8, Prototypes = 12 }, Momentum = 0.9 };

    [TestMethod]
    public void Contract_WithAResidualNetworkAndBatchNormInTheHead_Holds() =>
        new ObjectiveContract(() => New(Small with { Head = Small.Head with { BatchNorm = true, TrainLength = true } }), Global, Global, Local, Local)
        {
            CreateForReplicas = () => New(backbone: () => new PlainBackbone(1, 16)),
        }.VerifyAll();

    [TestMethod]
    public void Contract_WithATransformerAndOneGlobalView_Holds() =>
        new ObjectiveContract(() => New(Small with { GlobalViews = 1 }, Transformer), Global, Local, Local).VerifyAll();

    [TestMethod]
    public void Teacher_SeesGlobalViewsAloneInOnePass_TheStudentAllWithOnePassPerSize()
    {
        using var scope = NewDisposeScope();
        var made = new List<CountingBackbone>();
        var objective = New(backbone: () => Made(new CountingBackbone()));

        objective.ComputeLoss(TestSteps.Batch([Global, Global, Local, Local, Local], 4), TestSteps.At(0));

        CollectionAssert.AreEqual(new[] { "8 × 8 × 8" }, made[0].Passes);
        CollectionAssert.AreEqual(new[] { "8 × 8 × 8", "12 × 4 × 4" }, made[1].Passes);

        CountingBackbone Made(CountingBackbone backbone)
        {
            made.Add(backbone);
            return backbone;
        }
    }

    [TestMethod]
    public void Crops_OfMixedSizes_ComeBackInTheirOrder()
    {
        using var scope = NewDisposeScope();
        var views = new[] { 8, 4, 8, 4 }.Select((side, v) => full([2, 1, side, side], (double)v, float32)).ToArray();
        var features = Crops.Encode(views, images => images.mean([2, 3])); // [8, 1]
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 1, 2, 2, 3, 3 }, features.data<float>().ToArray());
    }

    [TestMethod]
    public void ComputeLoss_OneView_SaysWhatIsMissing()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => New().ComputeLoss(TestSteps.Batch([Global], 4), TestSteps.At(0)));
        StringAssert.Contains(error.Message, "at least 2 views of each image, 2 of them global, but the augmentation makes 1");
    }

    [TestMethod]
    public void Loss_OfTheHandComputedExample_IsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = Rows();
        var center = new Center(3).to(float64);

        Golden.AssertClose(Example("dino two crops"), Loss(), 1e-9, "two crops");
        Golden.AssertClose(Example("dino third crop"), Loss(c), 1e-9, "a third, local one");
        center.Keep(stack([a, b]), TestSteps.At(0));
        center.Update(0.9);
        Golden.AssertValues(Golden.Open("examples.json").GetProperty("values").GetProperty("dino centre"), center.Values, 1e-10, "center");
        Golden.AssertClose(Example("dino again"), Loss(), 1e-9, "with that center");

        double Loss(params Tensor[] locals) => Distillation.OtherViews(
            ((stack([a, b]) - center.Values) / 0.04).softmax(-1), (stack([a, b, .. locals]) / 0.1).log_softmax(-1)).item<double>();
        double Example(string name) => Golden.Open("examples.json").GetProperty("values").GetProperty(name)[0].GetDouble();
    }

    [TestMethod]
    public void OtherViews_BesideTheDoubleLoop_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var targets = randn(2, 5, 7, float64).softmax(-1);
        var logs = randn(4, 5, 7, float64).log_softmax(-1);
        var pairs = new List<double>();
        for (var teacher = 0; teacher < 2; teacher++)
        {
            for (var student = 0; student < 4; student++)
            {
                if (student != teacher)
                {
                    pairs.Add(-(targets[teacher] * logs[student]).sum(-1).mean().item<double>());
                }
            }
        }

        Assert.AreEqual(pairs.Average(), Distillation.OtherViews(targets, logs).item<double>(), 1e-12);
    }

    [TestMethod]
    [DataRow(0.0, 0.04)]
    [DataRow(0.9, 0.04)]
    [DataRow(1.0, 0.055)]
    [DataRow(2.5, 0.07)]
    [DataRow(9.0, 0.07)]
    public void Temperature_OfThreeEpochsOfWarmUp_IsConstantWithinAnEpoch(double epoch, double expected) =>
        Assert.AreEqual(expected, Distillation.Temperature(epoch, 0.04, 0.07, 3), 1e-12);

    [TestMethod]
    public void Entropy_IsZeroOfOneChoiceAndLnKOfAll()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0, Distillation.Entropy(eye(4).unsqueeze(0)).item<float>(), 1e-6);
        Assert.AreEqual(Math.Log(4), Distillation.Entropy(full([1, 3, 4], 0.25)).item<float>(), 1e-6);
    }

    /// <summary>ln K + 1/(2Dτs²) − ρ/(Dτsτt), ρ the correlation of the two views' vectors; the prototypes are random directions.</summary>
    [TestMethod]
    public void FirstLoss_IsThatOfRandomPrototypes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var head = new DinoHeadOptions { HiddenDimension = 64, Dimension = 128, Prototypes = 4096 };
        var objective = New(new DinoOptions { Head = head }, () => new PlainBackbone(1, 32));
        var batch = TestSteps.Batch([Global, Global], 64);

        var loss = objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>();

        var teacher = (DinoHead)MocoV1GoldenTests.Child(objective, "head");
        var vectors = batch.Views.Select(view => teacher.Embed(objective.Backbone.Forward(view))).ToArray();
        var correlation = (vectors[0] * vectors[1]).sum(1).mean().item<float>();
        Assert.AreEqual(Math.Log(4096) + (1 / (2 * 128 * 0.01)) - (correlation / (128 * 0.1 * 0.04)), loss, 0.15);
    }

    [TestMethod]
    public void BeforeUpdate_InTheFirstEpoch_TakesThePrototypesGradientAndShortensEachOther()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { ClipEach = 1e-3 });
        foreach (var (step, frozen) in new[] { (9L, true), (10L, false) }) // 10 steps per epoch
        {
            objective.zero_grad();
            objective.ComputeLoss(TestSteps.Batch([Global, Global], 8), TestSteps.At(step)).Loss.backward();
            var before = Norms(objective);
            objective.BeforeUpdate(TestSteps.At(step));
            var after = Norms(objective);

            Assert.AreEqual(!frozen, after.ContainsKey("student.head.last_layer.weight_v"));
            foreach (var (name, norm) in after)
            {
                Assert.AreEqual(Math.Min(1, 1e-3 / (before[name] + 1e-6)) * before[name], norm, 1e-6, name);
            }
        }

        static Dictionary<string, double> Norms(DinoObjective objective) => objective.named_parameters()
            .Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => (double)p.parameter.grad!.norm().item<float>());
    }

    [TestMethod]
    public void Teacher_BeforeTraining_IsTheBackboneThatWasMadeFirst()
    {
        using var scope = NewDisposeScope();
        Tensor? first = null;
        var objective = New(backbone: () =>
        {
            var made = Transformer();
            first ??= made.Module.get_parameter("blocks.0.mlp.fc1.weight")!.clone();
            return made;
        });

        Assert.IsTrue(objective.Backbone.Module.get_parameter("blocks.0.mlp.fc1.weight")!.Equals(first!));
        Assert.IsTrue(objective.Backbone.Module.parameters().All(parameter => !parameter.requires_grad));
        var state = objective.state_dict();
        foreach (var key in state.Keys.Where(key => key.StartsWith("student.", StringComparison.Ordinal)))
        {
            Assert.IsTrue(state[key].Equals(state[key["student.".Length..]]), key);
        }
    }

    [TestMethod]
    public void Teacher_OfANetworkThatSkipsBranches_SkipsNone()
    {
        var made = new List<VisionTransformer>();
        New(backbone: () =>
        {
            made.Add(new VisionTransformer(new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 2, Heads = 2, DropPath = 0.1 }, new DataInfo(8, 1)));
            return made[^1];
        });
        CollectionAssert.AreEqual(new[] { 0, 0.1 }, made.Select(network => network.DropPath).ToArray());
    }

    [TestMethod]
    [DataRow(0, 0.9)]
    [DataRow(50, 0.95)]
    public void AfterUpdate_TeacherFollowsWithTheMomentumOfTheStep(int step, double momentum)
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var state = objective.state_dict();
        var before = state["backbone.conv.weight"].clone();
        using (no_grad())
        {
            state["student.backbone.conv.weight"].add_(1);
        }

        objective.AfterUpdate(TestSteps.At(step));

        Assert.AreEqual(1 - momentum, (objective.state_dict()["backbone.conv.weight"] - before).mean().item<float>(), 1e-6);
    }

    [TestMethod]
    public void Center_OfTwoMicroBatches_MovesOnceByTheirMean_AndNotAtAllByASkippedStep()
    {
        using var scope = NewDisposeScope();
        var center = new Center(2);
        center.Keep(tensor(new float[] { 100, 100 }, [1, 2]), TestSteps.At(0)); // never updated: the step was skipped
        center.Keep(tensor(new float[] { 1, 2, 3, 4 }, [2, 2]), TestSteps.At(1));
        center.Keep(tensor(new float[] { 5, 6, 7, 8 }, [2, 2]), TestSteps.At(1));

        center.Update(0.5);
        CollectionAssert.AreEqual(new float[] { 2, 2.5f }, center.Values.data<float>().ToArray());
        center.Update(0.5);
        CollectionAssert.AreEqual(new float[] { 2, 2.5f }, center.Values.data<float>().ToArray());
    }

    [TestMethod]
    public void Training_ThirtyTwoImages_LowersTheLossWithoutCollapse()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small with { Head = new() { HiddenDimension = 32, Dimension = 16, Prototypes = 32 }, FrozenPrototypeEpochs = 0 });
        var images = TestSteps.Batch(1, Global, 32).Single();
        using var optimizer = optim.Adam(objective.parameters().Where(p => p.requires_grad).ToArray(), 3e-3);
        var (first, last, entropy) = (double.NaN, double.NaN, double.NaN);
        for (var s = 0; s < 150; s++)
        {
            using var each = NewDisposeScope();
            var step = new StepContext(s, 150, s / 15.0, 10, new StepRandom(1, s), SingleReplica.Instance);
            objective.zero_grad();
            var result = objective.ComputeLoss(MoCoBackbones.NoisyViews(images, [.. Enumerable.Range(0, 32).Select(i => (long)i)], 2, s), step);
            result.Loss.backward();
            objective.BeforeUpdate(step);
            optimizer.step();
            objective.AfterUpdate(step);
            (last, entropy) = (result.Loss.ToDouble(), MoCoBackbones.Metric(result, "teacherEntropy"));
            Assert.AreEqual(last, entropy + MoCoBackbones.Metric(result, "divergence"), 1e-4);
            first = s == 0 ? last : first;
        }

        Assert.IsLessThan(0.7 * first, last);
        Assert.IsTrue(entropy > 0.01 && entropy < 0.95 * Math.Log(32), $"{entropy}");
    }

    private static (Tensor A, Tensor B, Tensor C) Rows()
    {
        var (i, j) = (arange(4, dtype: float64).unsqueeze(1), arange(3, dtype: float64).unsqueeze(0));
        return (
            nn.functional.normalize((3 * i) + j - 4),
            nn.functional.normalize(((3 * i) + j).mul(0.7).sin()),
            nn.functional.normalize((i + j).cos()));
    }

    private static DinoObjective New(DinoOptions? options = null, Func<IBackbone>? backbone = null) =>
        new(options ?? Small, new TestBackbones(backbone ?? (() => new TestBackbone(1, 16))));

    private static VisionTransformer Transformer() =>
        new(new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 1, Heads = 2 }, new DataInfo(8, 1));

    /// <summary>Notes the shapes of the images that it gets.</summary>
    private sealed class CountingBackbone : nn.Module, IBackbone
    {
        private readonly nn.Module<Tensor, Tensor> conv = nn.Conv2d(1, 4, 3);

        public CountingBackbone()
            : base(nameof(CountingBackbone)) => RegisterComponents();

        public List<string> Passes { get; } = [];

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 4;

        public IReadOnlyList<BackboneLayer> Layers => [new("conv", [.. parameters()])];

        public Tensor Forward(Tensor images)
        {
            Passes.Add($"{images.shape[0]} × {images.shape[2]} × {images.shape[3]}");
            return conv.call(images).mean([2, 3]);
        }

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [conv.call(images)];
    }
}
