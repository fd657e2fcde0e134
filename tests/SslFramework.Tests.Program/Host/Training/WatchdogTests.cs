using System.Collections.Concurrent;
using System.Diagnostics;
using SslFramework.Host.Training;

namespace SslFramework.Tests.Host.Training;

[TestClass]
public class WatchdogTests
{
    private readonly BlockingCollection<int> hung = [];

    [TestMethod]
    [Case("C25")]
    public void Watch_StepsThatEnd_AreLeftAlone_AndTheOneThatDoesNotIsTold()
    {
        using var watchdog = new Watchdog(1, hung.Add);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(1.5); Thread.Sleep(50))
        {
            watchdog.StepEnded();
        }

        Assert.IsEmpty(hung);
        Assert.IsTrue(hung.TryTake(out var seconds, TimeSpan.FromSeconds(30)));
        Assert.AreEqual(1, seconds);
    }

    [TestMethod]
    public void Watch_WorkApart_TakesTheTimeItTakes()
    {
        using var watchdog = new Watchdog(1, hung.Add);
        watchdog.Apart(() =>
        {
            Thread.Sleep(1700);
            return 0;
        });
        Assert.IsEmpty(hung);
    }

    [TestMethod]
    public void Limit_WithoutANumber_ComesWithTheFirstStepAndIsLong()
    {
        using var watchdog = new Watchdog(null, hung.Add);
        Assert.IsNull(watchdog.Limit);
        watchdog.StepEnded();
        Assert.AreEqual(1800L, watchdog.Limit);
    }
}
