using SslFramework.Host.Machine;

namespace SslFramework.Tests.Reliability;

/// <summary>A run that was stopped ends like one that was not, to the last bit.</summary>
[TestClass]
public class ResumeTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-resume-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("N12")]
    [DynamicData(nameof(SmallRuns.Each), typeof(SmallRuns))]
    public void VerifyResume_EveryMethod_IsEqualAtStartMiddleAndEndOfAnEpoch(string method)
    {
        // 4 steps an epoch: the stops are in the first step of an epoch, at the end of one, and before the end.
        var (code, output, errors) = SslProgram.Run("verify-resume", SmallRuns.Write(method, folder), "--steps", "8");
        Assert.AreEqual(0, code, output + errors);
        foreach (var trial in new[] { "after step 1 of 8", "after step 4 of 8, went on with 0", "after step 7 of 8, went on with 2" })
        {
            Assert.Contains(trial, output);
        }

        Assert.DoesNotContain("DIFFERENT", output);
    }

    [TestMethod]
    public void VerifyResume_FewerStepsThanAsked_SaysHowMany()
    {
        var (code, _, errors) = SslProgram.Run(
            "verify-resume", SmallRuns.Write("quickstart", folder), "--set", "training.epochs=1");
        Assert.AreEqual((int)ExitCode.Usage, code, errors);
        StringAssert.Contains(errors, "The experiment ends after 4 steps, before the 6 that are to be taken; say --steps 4");
    }

    [TestMethod]
    [Case("N12")]
    public void Train_StoppedInAnEpochOfAccumulatedSteps_ReadsTheImagesThatAreLeft()
    {
        var file = SmallRuns.Write("quickstart", folder);
        string[] halves = ["--set", "training.accumulation=2"];
        Train(file, "whole", halves);
        Train(file, "parts", [.. halves, "--steps", "2"]); // of 4 an epoch, of two micro-batches each
        Train(file, "parts", halves);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "whole")), Path.Combine(folder, "parts"));
    }

    [TestMethod]
    [Case("C1")]
    public void Train_StoppedBeforeTheFirstCheckpoint_HasNoLineTwice()
    {
        var file = SmallRuns.Write("quickstart", folder);
        Train(file, "whole");
        Train(file, "parts", "--inject", "throw@6", "--inject", "enospc@save:1-"); // lines of 5 steps, and no checkpoint
        Train(file, "parts");
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "whole")), Path.Combine(folder, "parts"));
    }

    private void Train(string file, string name, params string[] more) =>
        SslProgram.Run(["train", file, "--runs", folder, "--set", $"name={name}", .. more]);
}
