using SslFramework.Core.Training;
using SslFramework.Host.Runs;
using SslFramework.Tests.Reliability;

namespace SslFramework.Tests.Host.Runs;

[TestClass]
public class DropAlarmTests
{
    private readonly List<Incident> incidents = [];

    [TestMethod]
    [Case("N6")]
    public void Look_FarBelowTheBest_IsToldOnceUntilItRecovers()
    {
        var alarm = new DropAlarm(incidents.Add);
        foreach (var score in new[] { 30.0, 50, 41, 39, 20, 45 })
        {
            Assert.AreEqual(score, alarm.Look(Measured(score)));
        }

        Assert.Contains("knn top-1 (k=20) is 39.0", incidents.Single().Sentence);
        alarm.Look(Measured(10));
        Assert.HasCount(2, incidents);
    }

    [TestMethod]
    public void Look_StoppedInBetween_IsToldNoSecondTime()
    {
        var first = new DropAlarm(incidents.Add);
        first.Look(Measured(50));
        first.Look(Measured(30));
        var second = new DropAlarm(incidents.Add) { Best = first.Best, HasDropped = first.HasDropped };
        second.Look(Measured(30));
        Assert.HasCount(1, incidents);
        Assert.AreEqual(50.0, second.Best);
    }

    [TestMethod]
    public void Look_NoAccuracyAmongTheNumbers_IsNothing() =>
        Assert.IsNull(new DropAlarm(incidents.Add).Look(new StepMetrics(8, 2, new Dictionary<string, double> { ["diagnostics rank"] = 3 })));

    private static StepMetrics Measured(double score) => new(8, 2, new Dictionary<string, double> { ["knn top-1 (k=20)"] = score });
}
