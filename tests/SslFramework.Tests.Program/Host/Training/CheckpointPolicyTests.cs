using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Training;

namespace SslFramework.Tests.Host.Training;

[TestClass]
public class CheckpointPolicyTests
{
    private readonly Time time = new();
    private readonly List<string> warnings = [];
    private readonly List<long> written = [];
    private bool isDiskFull;

    [TestMethod]
    public void IsDueAfter_EndsOfEpochs_AsOftenAsAsked()
    {
        var policy = Policy(new TrainingOptions { Epochs = 6, BatchSize = 1, CheckpointEvery = 2 }, stepsPerEpoch: 5);
        CollectionAssert.AreEqual(new long[] { 10, 20, 30 }, StepsThatAreSaved(policy, 30));
    }

    [TestMethod]
    public void IsDueAfter_StepsAskedFor_BesideEndsOfEpochs()
    {
        var policy = Policy(new TrainingOptions { Epochs = 6, BatchSize = 1, CheckpointEverySteps = 4 }, stepsPerEpoch: 10);
        CollectionAssert.AreEqual(new long[] { 4, 8, 10, 12, 16, 20 }, StepsThatAreSaved(policy, 20));
    }

    [TestMethod]
    public void IsDueAfter_AStepThatWasSkipped_WaitsForOneThatIsAccepted()
    {
        var policy = Policy(new TrainingOptions { Epochs = 2, BatchSize = 1 }, stepsPerEpoch: 5);

        Assert.IsFalse(policy.IsDueAfter(5, isHealthy: false, isLast: false));
        Assert.IsFalse(policy.IsDueAfter(6, isHealthy: false, isLast: false));
        Assert.IsTrue(policy.IsDueAfter(7, isHealthy: true, isLast: false));
    }

    [TestMethod]
    public void IsDueAfter_TheLastStepOfARun_IsSavedThoughItWasSkipped() =>
        Assert.IsTrue(Policy(new TrainingOptions { Epochs = 1, BatchSize = 1 }, stepsPerEpoch: 5).IsDueAfter(5, isHealthy: false, isLast: true));

    [TestMethod]
    public void Save_DiskFull_WarnsAndTriesAgainAfterTenSecondsAndAfterAMinute()
    {
        var policy = Policy(new TrainingOptions { Epochs = 100, BatchSize = 1, CheckpointEvery = 100 }, stepsPerEpoch: 1000);
        isDiskFull = true;

        Assert.IsFalse(policy.Save(At(1), mustSucceed: false));
        Assert.IsFalse(policy.IsDueAfter(2, isHealthy: true, isLast: false), "too soon");
        time.Now += TimeSpan.FromSeconds(10);
        Assert.IsTrue(policy.IsDueAfter(3, isHealthy: true, isLast: false));

        Assert.IsFalse(policy.Save(At(3), mustSucceed: false));
        time.Now += TimeSpan.FromSeconds(59);
        Assert.IsFalse(policy.IsDueAfter(4, isHealthy: true, isLast: false), "too soon");
        time.Now += TimeSpan.FromSeconds(1);
        Assert.IsTrue(policy.IsDueAfter(5, isHealthy: true, isLast: false));

        Assert.AreEqual(0, policy.SavedStep);
        Assert.Contains("the next try is in 10 s", warnings[0]);
        Assert.Contains("the next try is in 60 s", warnings[1]);
    }

    [TestMethod]
    public void Save_ThirdFailureInARow_EndsTheRun()
    {
        var policy = Policy(new TrainingOptions());
        isDiskFull = true;
        policy.Save(At(1), mustSucceed: false);
        policy.Save(At(2), mustSucceed: false);

        Assert.ThrowsExactly<ExperimentException>(() => policy.Save(At(3), mustSucceed: false));
        Assert.IsFalse(policy.IsSaving);
    }

    [TestMethod]
    public void Save_SuccessAfterFailures_ForgetsThem()
    {
        var policy = Policy(new TrainingOptions());
        foreach (var isFull in new[] { true, true, false, true, true })
        {
            isDiskFull = isFull;
            Assert.AreEqual(!isFull, policy.Save(At(1), mustSucceed: false));
        }

        Assert.HasCount(4, warnings);
        Assert.AreEqual(1, policy.SavedStep);
    }

    [TestMethod]
    public void Save_WithNoOtherChance_FailsAtOnce()
    {
        isDiskFull = true;
        var error = Assert.ThrowsExactly<ExperimentException>(() => Policy(new TrainingOptions()).Save(At(1), mustSucceed: true));
        Assert.AreEqual(FailureKind.Storage, error.Kind);
        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    public void Save_WeightsThatAreNotFinite_AreNoMatterOfTheDisk()
    {
        var policy = new CheckpointPolicy(
            _ => throw new ExperimentException(FailureKind.Diverged, "A weight is NaN."), new TrainingOptions(), 10, time, warnings.Add);
        Assert.ThrowsExactly<ExperimentException>(() => policy.Save(At(1), mustSucceed: false));
    }

    [TestMethod]
    public void Save_ProcessThatDoesNotWrite_CountsTheStepAsTheOthersDo()
    {
        var policy = new CheckpointPolicy(write: null, new TrainingOptions(), 10, time, warnings.Add);
        Assert.IsTrue(policy.Save(At(7), mustSucceed: false));
        Assert.AreEqual(7, policy.SavedStep);
    }

    private static Func<TrainingState> At(long step) => () => new TrainingState { Step = step };

    private CheckpointPolicy Policy(TrainingOptions options, long stepsPerEpoch = 10) =>
        new(Write, options, stepsPerEpoch, time, warnings.Add);

    private void Write(TrainingState state)
    {
        if (isDiskFull)
        {
            throw new ExperimentException(FailureKind.Storage, "The disk is full.");
        }

        written.Add(state.Step);
    }

    private long[] StepsThatAreSaved(CheckpointPolicy policy, long last)
    {
        for (var step = 1L; step <= last; step++)
        {
            if (policy.IsDueAfter(step, isHealthy: true, isLast: step == last))
            {
                policy.Save(At(step), mustSucceed: false);
            }
        }

        return [.. written];
    }

    private sealed class Time : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
