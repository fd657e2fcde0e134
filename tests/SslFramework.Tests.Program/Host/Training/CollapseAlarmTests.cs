using SslFramework.Engine.Training;
using SslFramework.Host.Training;

namespace SslFramework.Tests.Host.Training;

[TestClass]
public class CollapseAlarmTests
{
    private readonly List<Incident> incidents = [];

    [TestMethod]
    [Case("N6")]
    public void Look_FlatFeatures_WarnsOnceAfterSeveralEpochs()
    {
        var alarm = new CollapseAlarm(CollapseResponse.Warn, incidents.Add);
        Look(alarm, 0.001, 64, times: 2);
        Look(alarm, 0.5, 64, times: 1);
        Look(alarm, 0.001, 64, times: 2);
        Assert.IsEmpty(incidents);
        Look(alarm, 0.001, 64, times: 5);
        Assert.Contains("all images look alike", incidents.Single().Sentence);
    }

    [TestMethod]
    [Case("N6")]
    public void Look_StoppedInBetween_CountsOn()
    {
        var first = new CollapseAlarm(CollapseResponse.Warn, incidents.Add);
        Look(first, 0.001, 64, times: 2);
        var second = new CollapseAlarm(CollapseResponse.Warn, incidents.Add) { Times = first.Times };
        Look(second, 0.001, 64, times: 1);
        Assert.HasCount(1, incidents);
    }

    [TestMethod]
    [Case("N7")]
    public void Look_FewDimensions_WarnsWithTheirNumber()
    {
        Look(new CollapseAlarm(CollapseResponse.Warn, incidents.Add), 0.5, 1.001, times: 3);
        Assert.Contains("1.0 of 256 dimensions", incidents.Single().Sentence);
    }

    [TestMethod]
    [Case("N6")]
    public void Look_ToldToStop_EndsTheRun()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => Look(new CollapseAlarm(CollapseResponse.Stop, incidents.Add), 0.001, 64, times: 3));
        Assert.AreEqual(FailureKind.Diverged, error.Kind);
    }

    private static void Look(CollapseAlarm alarm, double deviation, double rank, int times)
    {
        for (var i = 0; i < times; i++)
        {
            alarm.Look(new StepMetrics(10, 1, new Dictionary<string, double> { ["loss"] = 1, ["gradientNorm"] = 1 }, new FeatureHealth(deviation, rank, 256)));
        }
    }
}
