using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
public class TransformerWeightsTests
{
    private const int Dimension = 96;
    private const int PatchPixels = 3 * 4 * 4;

    [TestMethod]
    public void Timm_LinearLayersAreNormalAndTheProjectionKeepsTheConvolutionsStart()
    {
        using var transformer = Build(TransformerInitialization.Timm);
        AssertDeviation(0.02, transformer, "blocks.0.attn.qkv.weight");
        AssertDeviation(0.02, transformer, "blocks.0.mlp.fc2.weight");
        AssertDeviation(0.02, transformer, "pos_embed");
        AssertUniform(1 / Math.Sqrt(PatchPixels), transformer, "patch_embed.proj.weight");
        AssertZero(transformer, "blocks.0.attn.qkv.bias");
    }

    [TestMethod]
    public void Mae_QueryKeyAndValueAreOneMatrixAndTheProjectionKeepsItsBias()
    {
        using var transformer = Build(TransformerInitialization.Mae);
        AssertUniform(Math.Sqrt(6.0 / (4 * Dimension)), transformer, "blocks.0.attn.qkv.weight");
        AssertUniform(Math.Sqrt(6.0 / (2 * Dimension)), transformer, "blocks.0.attn.proj.weight");
        AssertUniform(Math.Sqrt(6.0 / (5 * Dimension)), transformer, "blocks.0.mlp.fc1.weight");
        AssertUniform(Math.Sqrt(6.0 / (PatchPixels + Dimension)), transformer, "patch_embed.proj.weight");
        AssertUniform(1 / Math.Sqrt(PatchPixels), transformer, "patch_embed.proj.bias", 0.1);
        AssertDeviation(0.02, transformer, "cls_token", 0.3);
        AssertZero(transformer, "blocks.0.mlp.fc1.bias");
    }

    [TestMethod]
    public void MocoV3_QueryKeyAndValueAreThreeMatricesAndBiasesAreZero()
    {
        using var transformer = Build(TransformerInitialization.MocoV3);
        AssertUniform(Math.Sqrt(6.0 / (2 * Dimension)), transformer, "blocks.0.attn.qkv.weight");
        AssertUniform(Math.Sqrt(6.0 / (5 * Dimension)), transformer, "blocks.0.mlp.fc2.weight");
        AssertUniform(Math.Sqrt(6.0 / (PatchPixels + Dimension)), transformer, "patch_embed.proj.weight");
        AssertZero(transformer, "patch_embed.proj.bias");
        AssertDeviation(1e-6, transformer, "cls_token", 0.3);
    }

    [TestMethod]
    public void Beit_EndsOfBranchesShrinkWithDepth()
    {
        using var transformer = Build(TransformerInitialization.Beit, depth: 3);
        AssertDeviation(0.02, transformer, "blocks.2.attn.qkv.weight");
        AssertDeviation(0.02 / Math.Sqrt(2), transformer, "blocks.0.mlp.fc2.weight");
        AssertDeviation(0.02 / Math.Sqrt(6), transformer, "blocks.2.attn.proj.weight");
        AssertDeviation(0.02, transformer, "cls_token", 0.3);
        AssertUniform(1 / Math.Sqrt(PatchPixels), transformer, "patch_embed.proj.weight");
    }

    private static VisionTransformer Build(TransformerInitialization initialization, int depth = 1)
    {
        manual_seed(4);
        return new VisionTransformer(
            new VisionTransformerOptions
            {
                ImageSize = 32,
                PatchSize = 4,
                Dimension = Dimension,
                Depth = depth,
                Heads = 2,
                Initialization = initialization,
            },
            new DataInfo(1, 3));
    }

    /// <summary>Largest value near the bound and below it, deviation bound/√3.</summary>
    private static void AssertUniform(double bound, VisionTransformer transformer, string key, double tolerance = 0.03)
    {
        using var scope = NewDisposeScope();
        var largest = transformer.get_parameter(key)!.abs().max().item<float>();
        Assert.IsTrue(largest <= bound * 1.000001 && largest > bound * (1 - tolerance), $"{key}: {largest} of {bound}");
        AssertDeviation(bound / Math.Sqrt(3), transformer, key, tolerance);
    }

    private static void AssertDeviation(double expected, VisionTransformer transformer, string key, double tolerance = 0.03)
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(expected, transformer.get_parameter(key)!.std().item<float>(), expected * tolerance, key);
    }

    private static void AssertZero(VisionTransformer transformer, string key)
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0f, transformer.get_parameter(key)!.abs().max().item<float>(), key);
    }
}
