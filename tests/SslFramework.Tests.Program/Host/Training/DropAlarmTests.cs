using SslFramework.Engine.Training;
using SslFramework.Host.Training;

namespace SslFramework.Tests.Host.Training;

[TestClass]
public class DropAlarmTests
{
    private const string Knn = "knn top-1 (k=20)";

    private readonly List<Incident> incidents = [];

    [TestMethod]
    [Case("N6")]
    public void Look_FarBelowTheBest_IsToldOnceUntilItRecovers()
    {
        var alarm = new DropAlarm(incidents.Add);
        foreach (var score in new[] { 30.0, 50, 41, 39, 20, 45 })
        {
            Assert.AreEqual(score, alarm.Look(Measured(score), Knn));
        }

        Assert.Contains("knn top-1 (k=20) is 39.0", incidents.Single().Sentence);
        alarm.Look(Measured(10), Knn);
        Assert.HasCount(2, incidents);
    }

    [TestMethod]
    public void Look_StoppedInBetween_IsToldNoSecondTime()
    {
        var first = new DropAlarm(incidents.Add);
        first.Look(Measured(50), Knn);
        first.Look(Measured(30), Knn);
        var second = new DropAlarm(incidents.Add) { Best = first.Best, HasDropped = first.HasDropped };
        second.Look(Measured(30), Knn);
        Assert.HasCount(1, incidents);
        Assert.AreEqual(50.0, second.Best);
    }

    [TestMethod]
    public void Look_NoScoreAmongTheNumbers_IsNothing()
    {
        Assert.IsNull(new DropAlarm(incidents.Add).Look(Measured(3, "diagnostics effective rank"), null));
        Assert.IsNull(new DropAlarm(incidents.Add).Look(Measured(3, "diagnostics effective rank"), Knn));
    }

    [TestMethod]
    public void Look_AScoreOfAnyName_IsWatched()
    {
        var alarm = new DropAlarm(incidents.Add);
        alarm.Look(Measured(0.9, "clusters nmi"), "clusters nmi");
        alarm.Look(Measured(0.4, "clusters nmi"), "clusters nmi");
        Assert.Contains("clusters nmi is 0.4", incidents.Single().Sentence);
    }

    [TestMethod]
    public void Look_AScoreThatIsNaN_IsADropAndNeverTheBest()
    {
        var alarm = new DropAlarm(incidents.Add);
        Assert.IsNull(alarm.Look(Measured(double.NaN), Knn));
        Assert.IsEmpty(incidents, "there is nothing that it fell from");
        alarm.Look(Measured(50), Knn);
        Assert.IsNull(alarm.Look(Measured(double.NaN), Knn));
        Assert.Contains("is NaN after epoch 2; it was 50.0", incidents.Single().Sentence);
        Assert.AreEqual(50.0, alarm.Best);
    }

    private static StepMetrics Measured(double score, string name = Knn) => new(8, 2, new Dictionary<string, double> { [name] = score });
}
