using SslFramework.Core.Objectives;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
internal class KeyQueueTests
{
    [TestMethod]
    public void Create_Columns_HaveLengthOne_AndOutliveTheScope()
    {
        Tensor queue, pointer;
        using (NewDisposeScope())
        {
            (queue, pointer) = KeyQueue.Create(dimension: 5, length: 6);
        }

        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(new long[] { 5, 6 }, queue.shape);
        Assert.IsLessThan(1e-6, (queue.norm(0) - 1).abs().max().ToDouble());
        Assert.AreEqual(0, pointer.ToInt64());
    }

    [TestMethod]
    public void Enqueue_MoreThanTheQueueHolds_OverwritesTheOldest()
    {
        using var scope = NewDisposeScope();
        var (queue, pointer) = KeyQueue.Create(dimension: 1, length: 6);
        for (var batch = 1; batch <= 4; batch++)
        {
            KeyQueue.Enqueue(queue, pointer, tensor(new float[] { 10 * batch, (10 * batch) + 1 }, [2, 1]));
        }

        CollectionAssert.AreEqual(new float[] { 40, 41, 20, 21, 30, 31 }, queue.data<float>().ToArray());
        Assert.AreEqual(2, pointer.ToInt64());
    }

    [TestMethod]
    public void Enqueue_KeysThatDoNotDivideTheQueue_AreRefused()
    {
        using var scope = NewDisposeScope();
        var (queue, pointer) = KeyQueue.Create(dimension: 1, length: 6);
        var error = Assert.ThrowsExactly<ExperimentException>(() => KeyQueue.Enqueue(queue, pointer, ones(4, 1)));
        Assert.Contains("\"queueLength\"", error.Message);
        Assert.Contains("4 keys", error.Message);
    }
}
