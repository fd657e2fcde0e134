using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.DINO;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DINO;

/// <summary>Losses beside the code of DINOv2 and iBOT, in float64.</summary>
[TestClass]
public class Dinov2GoldenTests
{
    private const double LossTolerance = 1e-9;
    private const double Tolerance = 1e-7;

    [TestMethod]
    public void KoLeo_OfTheAuthors_IsEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dinov2.json", "koleo");
        var x = golden.Input("x").requires_grad_();
        var loss = KoLeo.Loss(x, SingleReplica.Instance);
        loss.backward();
        golden.AssertLoss(loss);
        golden.AssertGradients(("x", x));
    }

    [TestMethod]
    public void Views_ThreeStepsWithACenter_AreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dinov2.json", "dinov2_cls");
        var center = new Center(12).to(float64);
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var scores = Swapped(golden.Input($"teacher{s}")); // [2, 3, 12]
            var global = golden.Input($"student_global{s}").requires_grad_();
            var local = golden.Input($"student_local{s}").requires_grad_();
            var logs = Logs(cat([global, local]).view(4, 3, 12));
            Golden.AssertValues(step.GetProperty("centre"), center.Values, Tolerance, $"step {s}: center");

            // One mean over the six pairs here: two of global views, and four with local ones, whose sum the authors print.
            var loss = Distillation.OtherViews(((scores - center.Values) / 0.07).softmax(-1), logs);
            var expected = ((2 * step.GetProperty("loss_global").GetDouble()) + step.GetProperty("loss_local").GetDouble()) / 6;
            Golden.AssertClose(expected, loss.item<double>(), LossTolerance, $"step {s}: loss");
            loss.backward();
            var gradients = step.GetProperty("gradients");
            Golden.AssertStats(gradients.GetProperty("student_global"), global.grad! * 3, Tolerance, $"step {s}: gradient of global views");
            Golden.AssertStats(gradients.GetProperty("student_local"), local.grad! * 6, Tolerance, $"step {s}: gradient of local views");

            var assigned = Sinkhorn.Assign(scores.flatten(0, 1), 0.07, 3, SingleReplica.Instance).view(2, 3, 12);
            Golden.AssertClose(
                step.GetProperty("loss_global_sinkhorn").GetDouble(),
                Distillation.OtherViews(assigned, logs.narrow(0, 0, 2)).item<double>(),
                LossTolerance,
                $"step {s}: loss of equal shares");
            center.Keep(scores, TestSteps.At(s));
            center.Update(0.9);
        }
    }

    [TestMethod]
    public void Patches_ThreeStepsWithACenterAndEqualShares_AreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dinov2.json", "dinov2_patch");
        var center = new Center(12).to(float64);
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var masked = Mask(golden.Input($"mask{s}"));
            CollectionAssert.AreEqual(
                step.GetProperty("mask").EnumerateArray().Select(m => m.GetInt32() == 1).ToArray(), masked.Mask.flatten().data<bool>().ToArray());
            var student = golden.Input($"student{s}").requires_grad_();
            var scores = masked.Take(golden.Input($"teacher{s}"));
            Golden.AssertValues(step.GetProperty("centre"), center.Values, Tolerance, $"step {s}: center");

            var loss = masked.CrossEntropy(((scores - center.Values) / 0.07).softmax(-1), Logs(masked.Take(student)));
            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-7, $"step {s}: loss"); // weights are float32
            loss.backward();
            Golden.AssertStats(step.GetProperty("gradient"), student.grad!, Tolerance, $"step {s}: gradient");

            var assigned = Sinkhorn.Assign(scores, 0.07, 3, SingleReplica.Instance);
            Golden.AssertStats(step.GetProperty("sinkhorn"), assigned, Tolerance, $"step {s}: shares");
            Golden.AssertClose(
                step.GetProperty("loss_sinkhorn").GetDouble(), masked.CrossEntropy(assigned, Logs(masked.Take(student))).item<double>(), 1e-7, $"step {s}");
            center.Keep(scores, TestSteps.At(s));
            center.Update(0.9);
        }
    }

    [TestMethod]
    public void Total_OfTheThreeLosses_IsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dinov2.json", "dinov2_total");
        var (global, local) = (golden.Input("student_global").requires_grad_(), golden.Input("student_local").requires_grad_());
        var (backbone, patches) = (golden.Input("backbone").requires_grad_(), golden.Input("student_patch").requires_grad_());
        var masked = Mask(golden.Input("mask"));

        var targets = (Swapped(golden.Input("teacher")) / 0.07).softmax(-1);
        var views = Distillation.OtherViews(targets, Logs(cat([global, local]).view(5, 3, 12)));
        var patch = masked.CrossEntropy((masked.Take(golden.Input("teacher_patch")) / 0.07).softmax(-1), Logs(masked.Take(patches)));
        var spread = backbone.chunk(2).Select(view => KoLeo.Loss(view, SingleReplica.Instance)).Aggregate((a, b) => a + b);
        var loss = views + patch + (0.1 * spread);
        loss.backward();

        Golden.AssertClose(golden.Number("local") + golden.Number("globals"), views.item<double>(), LossTolerance, "views");
        Golden.AssertClose(golden.Number("koleo"), 0.1 * spread.item<double>(), LossTolerance, "spread");
        Golden.AssertClose(golden.Number("loss"), loss.item<double>(), 1e-7, "total");
        golden.AssertGradients(("student_global", global), ("student_local", local), ("backbone", backbone), ("student_patch", patches));
    }

    [TestMethod]
    public void Ibot_FourSteps_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("ibot.json", "ibot_loss");
        var (center, patchCenter) = (new Center(12).to(float64), new Center(12).to(float64));
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var cls = golden.Input($"student_cls{s}").requires_grad_();
            var patches = golden.Input($"student_patch{s}").requires_grad_();
            var local = golden.Input($"student_local{s}").requires_grad_();
            var masked = Mask(golden.Input($"mask{s}").view(6, 6));
            var (scores, patchScores) = (golden.Input($"teacher_cls{s}").view(2, 3, 12), golden.Input($"teacher_patch{s}"));
            var (temperature, patchTemperature) = (Distillation.Temperature(s, 0.04, 0.07, 3), Distillation.Temperature(s, 0.05, 0.08, 3));

            var views = Distillation.OtherViews(((scores - center.Values) / temperature).softmax(-1), Logs(cat([cls, local]).view(3, 3, 12)));
            var targets = ((masked.Take(patchScores) - patchCenter.Values) / patchTemperature).softmax(-1);
            var patch = masked.CrossEntropy(targets, Logs(masked.Take(patches)));
            var loss = views + patch;
            loss.backward();

            Golden.AssertClose(step.GetProperty("cls").GetDouble(), views.item<double>(), LossTolerance, $"step {s}: views");
            Golden.AssertClose(step.GetProperty("patch").GetDouble(), patch.item<double>(), 1e-7, $"step {s}: patches");
            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-7, $"step {s}: loss");
            var gradients = step.GetProperty("gradients");
            Golden.AssertStats(gradients.GetProperty("student_cls"), cls.grad!, Tolerance, $"step {s}: gradient of views");
            Golden.AssertStats(gradients.GetProperty("student_patch"), patches.grad!, Tolerance, $"step {s}: gradient of patches");
            Golden.AssertStats(gradients.GetProperty("student_local"), local.grad!, Tolerance, $"step {s}: gradient of local views");

            // iBOT centers on all patches, DINOv2 on the masked ones.
            center.Keep(scores, TestSteps.At(s));
            patchCenter.Keep(patchScores.flatten(0, 1), TestSteps.At(s));
            center.Update(0.9);
            patchCenter.Update(0.9);
            Golden.AssertValues(step.GetProperty("centre"), center.Values, Tolerance, $"step {s}: center");
            Golden.AssertValues(step.GetProperty("patch_centre"), patchCenter.Values, Tolerance, $"step {s}: center of patches");
        }
    }

    /// <summary>Rates and decays of every parameter, with the optimizer's scope "exceptOneDimensional".</summary>
    [TestMethod]
    public void Rules_OfABackboneOfThreeBlocks_AreTheAuthors()
    {
        using var objective = new Dinov2Objective(
            new Dinov2Options { Head = new() { HiddenDimension = 8, Dimension = 4, Prototypes = 6, TrainLength = true } },
            new TestBackbones(() => new VisionTransformer(
                new() { ImageSize = 8, PatchSize = 4, Dimension = 8, Depth = 3, Heads = 2, LayerScale = 1e-5, RegisterTokens = 2 }, new DataInfo(4, 1))));
        var named = NamedParameters.Of(objective, objective.Rules);
        var authors = Golden.Open("parameter_rules.json").GetProperty("dinov2");
        var seen = 0;
        foreach (var (name, value) in named.Items)
        {
            var (part, key) = name == "maskToken" ? ("backbone", "mask_token")
                : name.StartsWith("student.backbone.", StringComparison.Ordinal) ? ("backbone", name["student.backbone.".Length..])
                : ("head", name["student.head.".Length..]);
            var expected = authors.GetProperty(part).GetProperty(key is "reg_token" ? "register_tokens" : key);
            var factors = named.Factors.GetValueOrDefault(name, ParameterFactors.Default);
            Assert.AreEqual(expected[0].GetDouble(), factors.LearningRate, 1e-12, name);
            Assert.AreEqual(expected[1].GetDouble(), WeightDecayScope.ExceptOneDimensional.Covers(name, value) ? factors.WeightDecay : 0, name);
            seen++;
        }

        Assert.AreEqual(authors.GetProperty("backbone").EnumerateObject().Count() + authors.GetProperty("head").EnumerateObject().Count(), seen);
    }

    private static Tensor Logs(Tensor scores) => (scores / 0.1).log_softmax(-1);

    /// <summary>The authors give a teacher's views in the order in which the student meets them: the second first.</summary>
    private static Tensor Swapped(Tensor teacher) => teacher.view(2, 3, 12).flip(0);

    private static MaskedPatches Mask(Tensor numbers) =>
        MaskedPatches.Of(numbers.gt(0.1).flatten().data<bool>().ToArray(), (int)numbers.shape[0], CPU);
}
