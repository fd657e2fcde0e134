using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Testing;

[TestClass]
internal class ThreadReplicasTests
{
    [TestMethod]
    public void Gather_Rows_StandInOrderOfRank()
    {
        var gathered = ThreadReplicas.Run(3, replicas =>
        {
            using var scope = NewDisposeScope();
            return replicas.Gather(full([1, 2], (float)replicas.Rank)).data<float>().ToArray();
        });
        foreach (var rows in gathered)
        {
            CollectionAssert.AreEqual(new float[] { 0, 0, 1, 1, 2, 2 }, rows);
        }
    }

    [TestMethod]
    public void Gather_Backward_SumsWhatAllAskOfARow()
    {
        var gradients = ThreadReplicas.Run(2, replicas =>
        {
            using var scope = NewDisposeScope();
            var row = ones(1).requires_grad_();
            var weights = tensor(new float[] { 1 + (10 * replicas.Rank), 2 + (10 * replicas.Rank) });
            (replicas.Gather(row) * weights).sum().backward();
            return row.grad!.item<float>();
        });
        CollectionAssert.AreEqual(new float[] { 1 + 11, 2 + 12 }, gradients);
    }

    /// <summary>Groups sum float32, float64 and int64 alone, and autocast makes rows bfloat16.</summary>
    [TestMethod]
    public void GatherAndSum_HalfPrecision_HaveTheirGradient()
    {
        var gradients = ThreadReplicas.Run(2, replicas =>
        {
            using var scope = NewDisposeScope();
            var row = ones(1, bfloat16).requires_grad_();
            var weights = tensor(new float[] { 1 + (10 * replicas.Rank), 2 + (10 * replicas.Rank) }).to(bfloat16);
            ((replicas.Gather(row) * weights).sum() + replicas.Sum(row).sum()).backward();
            return row.grad!.to(float32).item<float>();
        });
        CollectionAssert.AreEqual(new float[] { 1 + 11 + 2, 2 + 12 + 2 }, gradients);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ThreadGroup.Run(2, group => group.BeginSum(ones(1, bfloat16)))).Message, "cannot be summed up over processes");
    }

    [TestMethod]
    public void Sum_ForwardAndBackward_SumOverAll()
    {
        var results = ThreadReplicas.Run(2, replicas =>
        {
            using var scope = NewDisposeScope();
            var mine = tensor((float)(replicas.Rank + 1)).requires_grad_();
            var sum = replicas.Sum(mine);
            (sum * (replicas.Rank + 3)).backward();
            return (sum.item<float>(), mine.grad!.item<float>());
        });
        CollectionAssert.AreEqual(new[] { (3f, 7f), (3f, 7f) }, results);
    }

    [TestMethod]
    public void Same_Values_AreThoseOfRankZero()
    {
        var values = ThreadReplicas.Run(2, replicas =>
        {
            using var scope = NewDisposeScope();
            var mine = tensor((float)(replicas.Rank + 5));
            replicas.Same(mine);
            return mine.item<float>();
        });
        CollectionAssert.AreEqual(new float[] { 5, 5 }, values);
    }

    [TestMethod]
    public void Run_OneFails_ItsErrorComesAndNobodyHangs()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ThreadReplicas.Run(2, replicas =>
        {
            using var scope = NewDisposeScope();
            return replicas.Rank == 1 ? throw new InvalidOperationException("rank 1") : replicas.Gather(ones(1)).item<float>();
        }));
        Assert.AreEqual("rank 1", error.Message);
    }
}
