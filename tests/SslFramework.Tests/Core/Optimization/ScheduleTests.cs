using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SslFramework.Core.Optimization;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
public class ScheduleTests
{
    /// <summary>The rates of other authors' code, by step.</summary>
    [TestMethod]
    [DataRow("dino", 100, 20, 10, 0.0005, 0.0, 1e-6, true)]
    [DataRow("swav", 100, 20, 10, 4.8, 0.3, 0.0048, true)]
    [DataRow("byol", 100, 10, 10, 3.2, 0.0, 0.0, false)]
    [DataRow("barlow_twins", 100, 20, 10, 1.6, 0.0, 0.0016, false)]
    [DataRow("vicreg", 100, 20, 10, 1.6, 0.0, 0.0016, false)]
    public void Cosine_OfOtherAuthors_IsEqual(
        string name, int epochs, int stepsPerEpoch, int warmUp, double rate, double start, double minimum, bool reachesPeak)
    {
        var options = new CosineOptions
        {
            LearningRate = rate,
            Minimum = minimum,
            WarmupEpochs = warmUp,
            WarmupStart = start,
            WarmupReachesPeak = reachesPeak,
        };
        var schedule = new CosineSchedule(options, new RunLength(epochs, 256) { StepsPerEpoch = stepsPerEpoch });
        var golden = Golden.Open("schedules_more.json").GetProperty(name);
        var rates = golden.TryGetProperty("learning_rate", out var inner) ? inner.GetProperty("at") : golden.GetProperty("at");
        foreach (var at in rates.EnumerateObject())
        {
            var expected = at.Value.ValueKind == System.Text.Json.JsonValueKind.Array ? at.Value[0].GetDouble() : at.Value.GetDouble();
            var step = int.Parse(at.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(expected, schedule.LearningRate((double)step / stepsPerEpoch), 1e-12 + (1e-12 * expected), $"step {step}");
        }
    }

    [TestMethod]
    public void Cosine_OfSimSiamByEpoch_IsEqual()
    {
        var schedule = new CosineSchedule(new() { LearningRate = 0.05, PerEpoch = true }, new RunLength(100, 512));
        foreach (var at in Golden.Open("schedules_more.json").GetProperty("simsiam").GetProperty("at").EnumerateObject())
        {
            var epoch = int.Parse(at.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(at.Value[0].GetDouble(), schedule.LearningRate(epoch + 0.5), 1e-12);
            Assert.AreEqual(at.Value[1].GetDouble(), schedule.Peak, "the predictor's");
        }
    }

    [TestMethod]
    public void WeightDecay_OfDinoAndItsMomentum_AreEqual()
    {
        var golden = Golden.Open("schedules_more.json").GetProperty("dino");
        foreach (var at in golden.GetProperty("weight_decay").GetProperty("at").EnumerateObject())
        {
            var step = int.Parse(at.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(at.Value.GetDouble(), new OptimizerStep(1) { Progress = step / 2000.0 }.Annealed(0.04, 0.4), 1e-12);
        }

        foreach (var at in golden.GetProperty("momentum").GetProperty("at").EnumerateObject())
        {
            var step = int.Parse(at.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(at.Value.GetDouble(), MomentumSchedule.Cosine(0.996, step / 2000.0), 1e-12);
        }
    }

    [TestMethod]
    public void Cosine_FractionalEpochs_EqualMae()
    {
        var golden = Golden.Open("schedules.json").GetProperty("mae");
        var schedule = new CosineSchedule(
            new()
            {
                LearningRate = golden.GetProperty("lr").GetDouble(),
                Minimum = golden.GetProperty("min_lr").GetDouble(),
                WarmupEpochs = golden.GetProperty("warmup_epochs").GetDouble(),
            },
            new RunLength(golden.GetProperty("epochs").GetDouble(), 4096));

        foreach (var at in golden.GetProperty("at").EnumerateObject())
        {
            var rate = schedule.LearningRate(double.Parse(at.Name, CultureInfo.InvariantCulture));
            Assert.AreEqual(at.Value.GetDouble(), rate, 1e-15, at.Name);
        }
    }

    [TestMethod]
    public void Momentum_FractionalEpochs_EqualMoCoV3()
    {
        var golden = Golden.Open("schedules.json").GetProperty("moco_v3_momentum");
        foreach (var at in golden.GetProperty("at").EnumerateObject())
        {
            var progress = double.Parse(at.Name, CultureInfo.InvariantCulture) / golden.GetProperty("epochs").GetDouble();
            Assert.AreEqual(at.Value.GetDouble(), MomentumSchedule.Cosine(golden.GetProperty("m").GetDouble(), progress), 1e-12, at.Name);
        }
    }

    [TestMethod]
    [DataRow(LearningRateScaling.None, 0.3)]
    [DataRow(LearningRateScaling.Linear, 0.6)]
    [DataRow(LearningRateScaling.SquareRoot, 6.788225)]
    public void Scaling_Batch512_FollowsItsRule(LearningRateScaling scaling, double expected)
    {
        var schedule = new CosineSchedule(new() { LearningRate = 0.3, Scaling = scaling }, new RunLength(10, 512));
        Assert.AreEqual(expected, schedule.LearningRate(0), 1e-6);
    }

    [TestMethod]
    public void SquareRootScaling_AtSimClrsBatch_EqualsItsLinearRule()
    {
        var run = new RunLength(100, 4096);
        var squareRoot = new CosineSchedule(new() { LearningRate = 0.075, Scaling = LearningRateScaling.SquareRoot }, run);
        var linear = new CosineSchedule(new() { LearningRate = 0.3, Scaling = LearningRateScaling.Linear }, run);
        Assert.AreEqual(linear.LearningRate(0), squareRoot.LearningRate(0), 1e-12);
    }

    [TestMethod]
    public void Cosine_Minimum_IsReachedAndDoesNotScale()
    {
        var schedule = new CosineSchedule(
            new() { LearningRate = 0.1, Scaling = LearningRateScaling.Linear, Minimum = 0.01 }, new RunLength(10, 512));
        Assert.AreEqual(0.2, schedule.LearningRate(0), 1e-12);
        Assert.AreEqual(0.105, schedule.LearningRate(5), 1e-12);
        Assert.AreEqual(0.01, schedule.LearningRate(10), 1e-12);
    }

    [TestMethod]
    public void Cosine_WarmUpAsLongAsTheRun_OnlyGrows()
    {
        var schedule = new CosineSchedule(new() { LearningRate = 1, WarmupEpochs = 4 }, new RunLength(4, 256));
        Assert.AreEqual(0.5, schedule.LearningRate(2), 1e-12);
        Assert.AreEqual(0, schedule.LearningRate(4), 1e-12);
    }

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(1.0, 0.5)]
    [DataRow(2.0, 1.0)]
    [DataRow(3.999, 1.0)]
    [DataRow(4.0, 0.1)]
    [DataRow(6.5, 0.01)]
    public void Steps_EachMilestone_LowersTheRate(double epoch, double expected)
    {
        var schedule = new StepsSchedule(new() { LearningRate = 1, WarmupEpochs = 2, Milestones = [4, 6] }, new RunLength(8, 256));
        Assert.AreEqual(expected, schedule.LearningRate(epoch), 1e-12);
    }

    [TestMethod]
    public void PerEpoch_WithinAnEpoch_StaysTheSame()
    {
        var schedule = new CosineSchedule(new() { LearningRate = 1, PerEpoch = true }, new RunLength(10, 256));
        Assert.AreEqual(schedule.LearningRate(3), schedule.LearningRate(3.99));
        Assert.AreNotEqual(schedule.LearningRate(3), schedule.LearningRate(4));
    }

    [TestMethod]
    [DataRow(1.0, 0.5, 1.0)]
    [DataRow(2.0, 0.9, 0.5)]
    [DataRow(2.0, 1.5, 1.0)]
    [DataRow(2.5, 2.0, 1.0)]
    public void PerEpoch_WarmUp_TrainsFromTheFirstEpochOn(double warmUp, double epoch, double expected)
    {
        var schedule = new StepsSchedule(new() { LearningRate = 1, WarmupEpochs = warmUp, Milestones = [6], PerEpoch = true }, new RunLength(8, 256));
        Assert.AreEqual(expected, schedule.LearningRate(epoch), 1e-12);
    }

    [TestMethod]
    public void WarmUp_LongerThanTheRun_IsRefused()
    {
        var run = new RunLength(5, 256);
        foreach (var make in new Action[]
        {
            () => _ = new CosineSchedule(new() { WarmupEpochs = 6 }, run), () => _ = new StepsSchedule(new() { WarmupEpochs = 6 }, run),
        })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(make);
            Assert.AreEqual(FailureKind.Config, error.Kind);
            Assert.Contains("warmupEpochs", error.Message);
        }
    }

    [TestMethod]
    public void Minimum_AboveTheScaledRate_IsRefused()
    {
        var options = new CosineOptions { LearningRate = 0.1, Scaling = LearningRateScaling.Linear, Minimum = 0.05 };
        var error = Assert.ThrowsExactly<ExperimentException>(() => new CosineSchedule(options, new RunLength(5, 64)));
        Assert.Contains("minimum", error.Message);
    }

    [TestMethod]
    public void Options_ThatContradict_AreNotValid()
    {
        object[] wrong =
        [
            new StepsOptions { Milestones = [6, 4] }, new StepsOptions { Milestones = [4], WarmupEpochs = 5 },
            new StepsOptions { Milestones = [double.NaN] }, new CosineOptions { LearningRate = 0.1, Minimum = 0.2 },
            new CosineOptions { LearningRate = 0 }, new SgdOptions { Momentum = 1 }, new SgdOptions { Momentum = 0, Nesterov = true },
            new AdamWOptions { Epsilon = 0 }, new LarsOptions { TrustCoefficient = 0 },
        ];
        foreach (var options in wrong)
        {
            Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), [], true), options.ToString());
        }

        object[] right = [new StepsOptions(), new CosineOptions(), new SgdOptions(), new AdamWOptions(), new LarsOptions()];
        foreach (var options in right)
        {
            Assert.IsTrue(Validator.TryValidateObject(options, new ValidationContext(options), [], true), options.ToString());
        }
    }
}
