using SslFramework.Engine.Training;

namespace SslFramework.Tests.Engine.Training;

[TestClass]
[Case("P8")]
public class LiveTensorMeterTests
{
    [TestMethod]
    public void AfterStep_TwelveTensorsAStep_AreToldOnce()
    {
        var meter = new LiveTensorMeter();
        var told = Enumerable.Range(0, 1000).Select(step => meter.AfterStep(100 + (12 * step))).OfType<double>();
        CollectionAssert.AreEqual(new[] { 12d }, told.ToArray());
    }

    [TestMethod]
    public void AfterStep_ATensorEveryFifthStep_IsTold()
    {
        var meter = new LiveTensorMeter();
        Assert.AreEqual(0.2, Enumerable.Range(0, 400).Select(step => meter.AfterStep(step / 5)).OfType<double>().Single());
    }

    [TestMethod]
    public void AfterStep_GrowthThatEnds_IsNotTold()
    {
        var meter = new LiveTensorMeter();
        Assert.IsFalse(Enumerable.Range(0, 1000).Any(step => meter.AfterStep(Math.Min(step, 120)) is not null), "a queue fills up");
        Assert.IsFalse(Enumerable.Range(0, 1000).Any(step => meter.AfterStep(step % 100) is not null), "an epoch's tensors go with it");
    }

    [TestMethod]
    public void AfterStep_RealTensors_AreCounted()
    {
        var (meter, kept, told) = (new LiveTensorMeter(), new List<Tensor>(), new List<double>());
        for (var step = 0; step < 400; step++)
        {
            using (NewDisposeScope())
            {
                using var inside = ones(1) + 1;
                kept.Add(zeros(1).DetachFromDisposeScope());
            }

            told.AddRange(meter.AfterStep() is { } each ? [each] : Array.Empty<double>());
        }

        kept.ForEach(tensor => tensor.Dispose());
        CollectionAssert.AreEqual(new[] { 1d }, told);
    }
}
