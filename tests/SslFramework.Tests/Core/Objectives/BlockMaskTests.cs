using SslFramework.Core.Objectives;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class BlockMaskTests
{
    private const int Numbers = 4000; // of each stream of the reference

    [TestMethod]
    public void Draw_StreamOfTheReference_GivesItsMasks()
    {
        var cases = Golden.Open("masked.json").GetProperty("block_mask").GetProperty("cases").EnumerateArray();
        foreach (var (i, golden) in cases.Index())
        {
            var (grid, most) = (golden.GetProperty("grid").GetInt32(), golden.GetProperty("max_patches"));
            var stream = Golden.Unit($"block_mask.{i}", Numbers);
            var used = 0;
            var mask = new BlockMask(grid, grid)
            {
                SmallestBlock = golden.GetProperty("min_patches").GetInt32(),
                LargestBlock = most.ValueKind == System.Text.Json.JsonValueKind.Null ? null : most.GetInt32(),
                Exact = false,
            }.Draw(() => stream[used++] + 0.5, golden.GetProperty("target").GetInt32());

            var rows = mask.Chunk(grid).Select(row => string.Concat(row.Select(masked => masked ? '1' : '0')));
            var expected = golden.GetProperty("rows").EnumerateArray().Select(row => row.GetString());
            CollectionAssert.AreEqual(expected.ToArray(), rows.ToArray(), $"case {i}");
            Assert.AreEqual(golden.GetProperty("numbers_used").GetInt32(), used, $"case {i}");
        }
    }

    [TestMethod]
    [DataRow(14, 75, 16, null)]
    [DataRow(14, 98, 16, 40)]
    [DataRow(7, 20, 4, null)]
    [DataRow(4, 16, 4, null)]
    [DataRow(4, 0, 4, null)]
    public void Draw_ExactCount_IsMetByEveryImage(int grid, int target, int smallest, int? largest)
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, new ViewShape(1, 2, 2), 64);

        var mask = new BlockMask(grid, grid) { SmallestBlock = smallest, LargestBlock = largest }.Draw(batch, new StepRandom(1, 0), target);

        CollectionAssert.AreEqual(new long[] { 64, grid * grid }, mask.shape);
        Assert.IsTrue(mask.sum(1).eq(target).all().ToBoolean());
    }

    [TestMethod]
    public void Draw_SameImageAndStep_IsTheSameInAnyBatch()
    {
        using var scope = NewDisposeScope();
        var (blocks, random) = (new BlockMask(6, 9) { SmallestBlock = 4 }, new StepRandom(1, 5));
        var view = zeros(3, 1, 2, 2);
        var all = blocks.Draw(new ViewBatch([view], [4, 7, 9]), random, 20);
        var one = blocks.Draw(new ViewBatch([view.narrow(0, 0, 1)], [7]), random, 20);

        Assert.IsTrue(all[1].eq(one[0]).all().ToBoolean());
        Assert.IsFalse(all[0].eq(all[1]).all().ToBoolean());
        Assert.IsFalse(one.eq(blocks.Draw(new ViewBatch([view.narrow(0, 0, 1)], [7]), random, 20, stream: 1)).all().ToBoolean());
    }

    /// <summary>What makes it harder than single patches: most masked patches lie beside masked ones.</summary>
    [TestMethod]
    public void Draw_Blocks_LieTogether()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, new ViewShape(1, 2, 2), 100);
        var mask = new BlockMask(14, 14).Draw(batch, new StepRandom(1, 0), 75).view(100, 14, 14);

        var besideEachOther = mask.narrow(2, 1, 13).logical_and(mask.narrow(2, 0, 13)).sum().ToDouble() / (100 * 75);

        Assert.IsGreaterThan(0.7, besideEachOther, "single patches would give 75 / 196 · 13 / 14 = 0.36");
    }
}
