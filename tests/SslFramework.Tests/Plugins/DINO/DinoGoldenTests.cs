using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.DINO;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DINO;

/// <summary>Against the authors' code in float64.</summary>
[TestClass]
public class DinoGoldenTests
{
    private const double Tolerance = 1e-7;

    [TestMethod]
    public void Loss_FourEpochsOfCentersAndTemperatures_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dino.json", "dino_loss");
        int prototypes = (int)golden.Config("out_dim"), views = (int)golden.Config("ncrops");
        var center = new Center(prototypes).to(float64);
        foreach (var (expected, s) in golden["steps"].EnumerateArray().Select((step, s) => (step, s)))
        {
            var scores = golden.Input($"student{s}").requires_grad_();
            var teacher = golden.Input($"teacher{s}");
            var temperature = Distillation.Temperature(
                s, golden.Config("warmup_teacher_temp"), golden.Config("teacher_temp"), (int)golden.Config("warmup_teacher_temp_epochs"));

            var targets = ((teacher - center.Values) / temperature).softmax(-1).view(2, -1, prototypes);
            var loss = Distillation.OtherViews(targets, (scores / golden.Config("student_temp")).log_softmax(-1).view(views, -1, prototypes));
            loss.backward();
            center.Keep(teacher, TestSteps.At(s));
            center.Update(golden.Config("center_momentum"));

            Golden.AssertClose(expected.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9, $"epoch {s}: loss");
            Golden.AssertStats(expected.GetProperty("gradient"), scores.grad!, Tolerance, $"epoch {s}: gradient");
            Golden.AssertValues(expected.GetProperty("centre"), center.Values, Tolerance, $"epoch {s}: center");
        }
    }

    [TestMethod]
    [DataRow("dino_head")]
    [DataRow("dino_head_bn")]
    public void Head_OutputAndGradients_AreTheAuthors(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dino.json", name);
        var options = new DinoHeadOptions
        {
            HiddenDimension = (int)golden.Config("hidden_dim"),
            Dimension = (int)golden.Config("bottleneck_dim"),
            Prototypes = (int)golden.Config("out_dim"),
            BatchNorm = golden["config"].GetProperty("use_bn").GetBoolean(),
        };
        using var head = new DinoHead((int)golden.Config("in_dim"), options);
        golden.SetWeights(head);
        var features = golden.Input("x").requires_grad_();

        var output = head.call(features);
        var loss = (output * golden.Input("probe")).sum();
        loss.backward();

        CollectionAssert.AreEquivalent(golden["keys"].EnumerateArray().Select(key => key.GetString()).ToArray(), head.state_dict().Keys.ToArray());
        Golden.AssertStats(golden["output"], output, Tolerance, "output");
        golden.AssertLoss(loss);
        golden.AssertGradients(("x", features));
        foreach (var (key, parameter) in head.named_parameters().Where(p => p.parameter.requires_grad))
        {
            Golden.AssertStats(golden["gradients"].GetProperty(key), parameter.grad!, Tolerance, key);
        }
    }

    [TestMethod]
    public void Steps_OfTwoGlobalAndTwoLocalViews_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dino.json", "dino_steps");
        var objective = New(golden);
        golden.SetWeights(objective, Reference);
        var student = objective.named_children().Single(child => child.name == "student").module.named_parameters()
            .Where(p => p.parameter.requires_grad).ToArray();
        var optimizer = new LiteralAdamW();
        foreach (var (expected, s) in golden["steps"].EnumerateArray().Select((step, s) => (step, s)))
        {
            var batch = new ViewBatch([.. Enumerable.Range(0, 4).Select(v => golden.Input($"crop{v}_{s}"))], [0, 1, 2, 3]);
            var step = At(Setting("momentum"), golden["config"].GetProperty("momentum")[0].GetDouble(), Setting("epoch"));
            objective.zero_grad();
            var loss = objective.ComputeLoss(batch, step).Loss;
            Golden.AssertClose(expected.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9, $"step {s}: loss");
            loss.backward();
            foreach (var norm in expected.GetProperty("gradient_norms").EnumerateObject())
            {
                var ours = student.Single(p => p.name == norm.Name).parameter.grad!.norm().item<double>();
                Golden.AssertClose(norm.Value.GetDouble(), ours, Tolerance, $"step {s}: gradient of {norm.Name}");
            }

            objective.BeforeUpdate(step);
            optimizer.Step(student, Setting("learning_rate"), Setting("weight_decay"));
            objective.AfterUpdate(step);

            var state = objective.state_dict();
            Golden.AssertStats(expected.GetProperty("centre"), state["center.values"], Tolerance, $"step {s}: center");
            AssertWeights(expected.GetProperty("student"), "student.");
            AssertWeights(expected.GetProperty("teacher"), "");

            void AssertWeights(JsonElement weights, string prefix)
            {
                foreach (var weight in weights.EnumerateObject())
                {
                    Golden.AssertStats(weight.Value, state[prefix + weight.Name], Tolerance, $"step {s}: {prefix}{weight.Name}");
                }
            }

            double Setting(string name) => golden["config"].GetProperty(name)[s].GetDouble();
        }
    }

    [TestMethod]
    public void WeightDecay_OfAllButOneDimensional_CoversWhatTheAuthorsDecay()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("parameter_rules.json").GetProperty("dino");
        var objective = New(new GoldenCase("dino.json", "dino_steps"), depth: 1);
        var trained = NamedParameters.Of(objective, objective.Rules).Items;

        CollectionAssert.AreEquivalent(Names("decays"), Ours(decays: true));
        CollectionAssert.AreEquivalent(Names("does_not"), Ours(decays: false));
        Assert.IsEmpty(objective.Rules);

        string[] Names(string kind) => [.. golden.GetProperty(kind).EnumerateArray().Select(name => name.GetString()!)];
        string[] Ours(bool decays) => [.. trained.Where(p => WeightDecayScope.ExceptOneDimensional.Covers(p.Name, p.Value) == decays)
            .Select(p => p.Name["student.".Length..])];
    }

    private static DinoObjective New(GoldenCase golden, int? depth = null) => new(
        new DinoOptions
        {
            Head = new DinoHeadOptions { HiddenDimension = 32, Dimension = 16, Prototypes = 40 },
            GlobalViews = (int)golden.Config("globals"),
            Momentum = golden["config"].GetProperty("momentum")[0].GetDouble(),
            ClipEach = golden.Config("clip_grad"),
            FrozenPrototypeEpochs = (int)golden.Config("freeze_last_layer"),
            FirstTeacherTemperature = golden.Config("teacher_temp"),
            TeacherTemperature = golden.Config("teacher_temp"),
        },
        new TestBackbones(() => new VisionTransformer(
            new VisionTransformerOptions
            {
                ImageSize = (int)golden.Config("img_size"),
                PatchSize = (int)golden.Config("patch_size"),
                Dimension = (int)golden.Config("embed_dim"),
                Depth = depth ?? (int)golden.Config("depth"),
                Heads = (int)golden.Config("num_heads"),
                PositionOffset = 0.1,
            },
            new DataInfo(4, 3))));

    /// <summary>Student and teacher start as the same network.</summary>
    private static string? Reference(string key) => key.StartsWith("center.", StringComparison.Ordinal) ? null
        : key.StartsWith("student.", StringComparison.Ordinal) ? key["student.".Length..]
        : key;

    /// <summary>The step whose momentum, on the cosine from the first to 1, is a given one.</summary>
    private static StepContext At(double momentum, double first, double epoch)
    {
        const long Total = 1_000_000_000;
        var progress = Math.Acos(Math.Clamp((2 * (1 - momentum) / (1 - first)) - 1, -1, 1)) / Math.PI;
        return new StepContext((long)Math.Round(progress * Total), Total, epoch, 10, new StepRandom(0, 0), SingleReplica.Instance);
    }
}
