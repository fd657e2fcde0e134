using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
internal class SinCosPositionsTests
{
    // Token (row 0, column 1) of 16 dimensions on a 3 × 3 grid.
    private static readonly float[] One = [0.841f, 0.100f, 0.010f, 0.001f, 0.540f, 0.995f, 1, 1];
    private static readonly float[] Zero = [0, 0, 0, 0, 1, 1, 1, 1];

    [TestMethod]
    public void Mae_FirstHalf_TellsTheColumn()
    {
        using var scope = NewDisposeScope();
        var table = SinCosPositions.Mae(16, 3, 3, 1);
        CollectionAssert.AreEqual(new long[] { 1, 10, 16 }, table.shape);
        AssertToken([.. One, .. Zero], table, 1 + 1);
        AssertToken([.. Zero, .. One], table, 1 + 3);
    }

    [TestMethod]
    public void MocoV3_FirstHalf_TellsTheRow()
    {
        using var scope = NewDisposeScope();
        var table = SinCosPositions.MocoV3(16, 3, 3, 1);
        AssertToken([.. Zero, .. One], table, 1 + 1);
        AssertToken([.. One, .. Zero], table, 1 + 3);
    }

    [TestMethod]
    public void PrefixTokens_AreZeros()
    {
        using var scope = NewDisposeScope();
        AssertToken(new float[16], SinCosPositions.Mae(16, 3, 3, 1), 0);
        CollectionAssert.AreEqual(new long[] { 1, 6, 16 }, SinCosPositions.Mae(16, 2, 3, 0).shape);
    }

    [TestMethod]
    public void Transformer_FixedPositions_AreTheTable()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(
            new VisionTransformerOptions
            {
                ImageSize = 12,
                PatchSize = 4,
                Dimension = 16,
                Depth = 1,
                Heads = 2,
                Positions = PositionKind.SinCosMocoV3,
            },
            new DataInfo(1, 3));
        Assert.IsTrue(transformer.get_parameter("pos_embed")!.allclose(SinCosPositions.MocoV3(16, 3, 3, 1)));
        CollectionAssert.AreEqual(new long[] { 1, 9, 16 }, transformer.PatchPositions.shape);
    }

    private static void AssertToken(float[] expected, Tensor table, int token)
    {
        var actual = table[0, token].data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 6e-4f, $"[{i}]");
        }
    }
}
