using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class MemoryBankTests
{
    [TestMethod]
    public void Create_Rows_HaveLength1()
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(MemoryBank.Create(50, 8).norm(1).allclose(ones(50)));
    }

    [TestMethod]
    public void Draw_FirstColumn_IsTheImageItself_AndTheOthersAreEven()
    {
        using var scope = NewDisposeScope();
        var (bank, random) = (MemoryBank.Create(10, 4), new StepRandom(1, 3));
        var batch = new ViewBatch([zeros(2, 1, 2, 2)], [7, 2]);

        var rows = MemoryBank.Draw(bank, batch, 20_000, random);

        CollectionAssert.AreEqual(new long[] { 2, 20_001 }, rows.shape);
        CollectionAssert.AreEqual(new long[] { 7, 2 }, rows.select(1, 0).contiguous().data<long>().ToArray());
        var counts = bincount(rows[0].narrow(0, 1, 20_000), null, 10).to(float64) / 20_000;
        Assert.IsLessThan(0.01, counts.sub(0.1).abs().max().ToDouble(), "also the image's own entry");
        Assert.IsFalse(rows[0].narrow(0, 1, 9).eq(rows[1].narrow(0, 1, 9)).all().ToBoolean(), "each image has its own draw");
        var alone = MemoryBank.Draw(bank, new ViewBatch([zeros(1, 1, 2, 2)], [2]), 20_000, random);
        Assert.IsTrue(rows[1].eq(alone[0]).all().ToBoolean(), "in any batch");
    }

    [TestMethod]
    public void Scores_AgainstALiteralVersion_AreEqual_AndTheBankGetsNoGradient()
    {
        using var scope = NewDisposeScope();
        var bank = Golden.Tensor("bank", [6, 3]);
        var queries = Golden.Tensor("queries", [2, 3]).requires_grad_(true);
        var rows = tensor(new long[] { 4, 0, 4, 5, 1, 2 }, [2, 3]);

        var scores = MemoryBank.Scores(bank, queries, rows);

        for (var n = 0; n < 2; n++)
        {
            for (var j = 0; j < 3; j++)
            {
                Assert.AreEqual((queries[n] * bank[rows[n, j].ToInt64()]).sum().ToDouble(), scores[n, j].ToDouble(), 1e-6);
            }
        }

        scores.sum().backward();
        Assert.IsNotNull(queries.grad);
        Assert.IsNull(bank.grad);
    }

    [TestMethod]
    public void Refresh_OrthogonalHalves_GivesARowOfLength1BetweenThem()
    {
        using var scope = NewDisposeScope();
        var bank = eye(3, 4);

        MemoryBank.Refresh(bank, tensor(new long[] { 1 }), tensor(new[] { 0f, 0, 0, 1 }, [1, 4]), 0.5);

        Assert.IsTrue(bank[1].allclose(tensor(new[] { 0, (float)Math.Sqrt(0.5), 0, (float)Math.Sqrt(0.5) })));
        Assert.IsTrue(bank[0].allclose(tensor(new[] { 1f, 0, 0, 0 })), "the others stay");
    }
}
