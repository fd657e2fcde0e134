using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class PatchMaskTests
{
    [TestMethod]
    public void Draw_KnownNoise_KeepsTheSmallest()
    {
        using var scope = NewDisposeScope();
        var mask = PatchMask.Draw(tensor(new[] { 0.9f, 0.1f, 0.5f, 0.3f }).unsqueeze(0), keep: 1);

        CollectionAssert.AreEqual(new long[] { 1 }, mask.Visible.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 3, 0, 2, 1 }, mask.Restore.data<long>().ToArray());
        CollectionAssert.AreEqual(new[] { true, false, true, true }, mask.Removed.data<bool>().ToArray());
    }

    [TestMethod]
    public void Draw_EqualNoise_KeepsTheFirst()
    {
        using var scope = NewDisposeScope();
        var mask = PatchMask.Draw(zeros(2, 100), keep: 3);

        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 0, 1, 2 }, mask.Visible.contiguous().data<long>().ToArray());
    }

    [TestMethod]
    public void Restore_VisibleThenRemoved_AreWhereTheyWere()
    {
        using var scope = NewDisposeScope();
        var mask = PatchMask.Draw(Golden.Tensor("noise", [3, 10]), keep: 4);
        var tokens = arange(30).reshape(3, 10, 1);

        var visible = PatchMask.Take(tokens, mask.Visible); // [3, 4, 1]
        var restored = PatchMask.Take(cat([visible, full(3, 6, 1, -1, dtype: int64)], 1), mask.Restore);

        Assert.IsTrue(restored.eq(where(mask.Removed.unsqueeze(2), -1, tokens)).all().ToBoolean());
        Assert.AreEqual(18, mask.Removed.sum().ToInt32());
    }

    [TestMethod]
    public void Draw_ManyImages_RemovesEveryPatchEquallyOften()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var removed = PatchMask.Draw(rand(20_000, 8, generator: generator), keep: 2).Removed.to(float32).mean([0]);

        Assert.IsLessThan(0.02, removed.sub(0.75).abs().max().item<float>());
    }
}
