using SslFramework.Engine.Training;

namespace SslFramework.Tests.Engine.Training;

[TestClass]
internal class StepProfileTests
{
    [TestMethod]
    public void Steps_WarmUpAndWhatComesAfter_AreNotCounted()
    {
        var profile = new StepProfile(steps: 2, warmUp: 1);

        TakeStep(profile, TimeSpan.FromMilliseconds(40));
        Assert.AreEqual(TimeSpan.Zero, profile.Total);
        Assert.IsFalse(profile.IsDone);
        TakeStep(profile, TimeSpan.FromMilliseconds(1));
        TakeStep(profile, TimeSpan.FromMilliseconds(1));
        Assert.IsTrue(profile.IsDone);
        var all = profile.Total;
        TakeStep(profile, TimeSpan.FromMilliseconds(1));

        Assert.AreEqual(all, profile.Total);
        Assert.AreEqual(2, profile.Steps);
    }

    [TestMethod]
    public void Steps_WhileTheRuntimeSettles_AreNotCounted_UntilThereWereEnough()
    {
        var profile = new StepProfile(steps: 2, warmUp: 1, settling: 3);

        for (var step = 0; step < 4; step++)
        {
            TakeStep(profile, TimeSpan.FromMilliseconds(1));
            Assert.AreEqual(0, profile.Steps);
        }

        TakeStep(profile, TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(1, profile.Steps);
    }

    [TestMethod]
    public void Steps_AfterTwoSeconds_AreCounted()
    {
        var profile = new StepProfile(steps: 2, warmUp: 1, settling: 1000);

        TakeStep(profile, TimeSpan.FromSeconds(2));
        TakeStep(profile, TimeSpan.FromMilliseconds(1));

        Assert.AreEqual(1, profile.Steps);
    }

    [TestMethod]
    public void Enter_AnotherPart_EndsTheOneBefore()
    {
        var profile = new StepProfile(steps: 1, warmUp: 0);

        using (profile.BeginStep())
        {
            profile.Enter(StepPart.Forward);
            Thread.Sleep(20);
            profile.Enter(StepPart.Backward);
        }

        Thread.Sleep(20);
        profile.Enter(StepPart.Data);

        Assert.IsGreaterThanOrEqualTo(19, profile.Of(StepPart.Forward).TotalMilliseconds);
        Assert.IsLessThan(profile.Of(StepPart.Forward), profile.Of(StepPart.Backward));
        Assert.AreEqual(TimeSpan.Zero, profile.Of(StepPart.Data));
    }

    private static void TakeStep(StepProfile profile, TimeSpan time)
    {
        using var step = profile.BeginStep();
        profile.Enter(StepPart.Forward);
        Thread.Sleep(time);
    }
}
