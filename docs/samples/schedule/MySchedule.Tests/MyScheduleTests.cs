using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Core.Optimization;

namespace MySchedule.Tests;

[TestClass]
public class MyScheduleTests
{
    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 0.2)] // half of the warm-up
    [DataRow(2, 0.4)]
    [DataRow(6, 0.2)]
    [DataRow(10, 0)]
    public void LearningRate_AtAnEpoch(double epoch, double expected)
    {
        var schedule = new MySchedule(new MyScheduleOptions { LearningRate = 0.4, WarmupEpochs = 2 }, new RunLength(10, 256));
        Assert.AreEqual(expected, schedule.LearningRate(epoch), 1e-12);
    }
}
