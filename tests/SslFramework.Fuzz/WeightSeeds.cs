using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;

namespace SslFramework.Fuzz;

/// <summary>Small networks as weight files: sound ones, and ones with a number that is none.</summary>
internal static class WeightSeeds
{
    public static IEnumerable<byte[]> Make()
    {
        foreach (var number in new double?[] { null, double.NaN, double.NegativeInfinity, 1e300 })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16 })
            {
                yield return File(number, type);
            }
        }

        yield return Beit();
        yield return DinoV2();
        yield return IJepa();
    }

    private static byte[] Beit() => File(
        new() { Positions = PositionKind.None, RelativePositions = RelativePositionKind.PerBlock, QkvBias = QkvBias.QueryValue, LayerScale = 1 },
        key => key.Replace("ls1.gamma", "gamma_1", StringComparison.Ordinal).Replace("ls2.gamma", "gamma_2", StringComparison.Ordinal),
        "mask_token",
        "blocks.0.attn.relative_position_index");

    /// <summary>Of training, with blocks in chunks.</summary>
    private static byte[] DinoV2() => File(
        new() { RegisterTokens = 2, LayerScale = 1 },
        key => "teacher.backbone." + key
            .Replace("blocks.1.", "blocks.1.1.", StringComparison.Ordinal)
            .Replace("blocks.0.", "blocks.0.0.", StringComparison.Ordinal)
            .Replace("reg_token", "register_tokens", StringComparison.Ordinal),
        "teacher.backbone.mask_token",
        "teacher.dino_head.mlp.0.weight");

    private static byte[] IJepa() => File(
        new() { ClassToken = false, Pooling = TokenPooling.Mean },
        key => "target_encoder.module." + key,
        "encoder.module.patch_embed.proj.weight",
        "predictor.module.predictor_blocks.0.norm1.weight");

    private static byte[] File(VisionTransformerOptions options, Func<string, string> rename, params string[] others)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = new VisionTransformer(
            options with { ImageSize = 4, PatchSize = 2, Dimension = 4, Depth = 2, Heads = 1 }, new DataInfo(1, 1));
        var weights = StateDict.Of(network).ToDictionary(pair => rename(pair.Key), pair => rand(pair.Value.shape, generator: generator));
        foreach (var other in others)
        {
            weights[other] = rand([1, 2], generator: generator);
        }

        return Written(weights);
    }

    private static byte[] File(double? number, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = new ResNet18(new() { Width = 2, BlocksPerStage = [1], Stem = ResNetStem.Small }, new DataInfo(1, 1));
        var weights = StateDict.Of(network).ToDictionary(
            pair => "backbone." + pair.Key,
            pair => pair.Value.is_floating_point() ? rand(pair.Value.shape, type, generator: generator) : pair.Value);
        if (number is not null)
        {
            weights["backbone.layer1.0.conv1.weight"][0, 0, 0, 0] = tensor(number.Value, float64).to(type);
        }

        return Written(weights);
    }

    public static byte[] Written(Dictionary<string, Tensor> weights)
    {
        var path = Path.GetTempFileName();
        try
        {
            SafeTensors.Write(path, weights);
            return System.IO.File.ReadAllBytes(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }
}
