using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.MAE;
using SslFramework.Plugins.MoCo;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins;

/// <summary>Every part of the papers' models has as many parameters as the authors' code.</summary>
[TestClass]
internal class ParameterCountTests
{
    private static readonly DataInfo Colour = new(1, 3);

    [TestMethod]
    [DataRow("moco-v1 resnet50", "backbone projector", 23_770_304)]
    [DataRow("moco-v3 resnet50", "backbone projector", 32_953_408, "predictor", 2_105_344)]
    [DataRow("moco-v3 vit-base", "backbone projector", 106_786_560, "predictor", 2_105_344)]
    [DataRow("mae vit-base", "backbone", 85_798_656, "mask_token decoder_pos_embed decoder_embed decoder_blocks decoder_norm decoder_pred", 26_109_184)]
    public void Parameters_OfEachPart_AreAsManyAsTheAuthors(string model, string parts, long expected, string others = "", long expectedOthers = 0)
    {
        using var scope = NewDisposeScope();
        using var objective = Build(model).Module;
        Assert.AreEqual(expected, Count(parts));
        Assert.AreEqual(expectedOthers, Count(others));

        long Count(string parts)
        {
            var names = parts.Split(' ');
            return objective.named_parameters().Where(p => names.Contains(p.name.Split('.')[0])).Sum(p => p.parameter.numel());
        }
    }

    private static IPretextObjective Build(string model) => model switch
    {
        "moco-v1 resnet50" => new MocoV1Objective(new MocoV1Options { QueueLength = 8 }, ResNet()),
        "moco-v3 resnet50" => new MocoV3Objective(new MocoV3Options { PredictorNorm = HeadNorm.Plain }, ResNet()),
        "moco-v3 vit-base" => new MocoV3Objective(
            new MocoV3Options { ProjectorLayers = 3, PredictorNorm = HeadNorm.Plain }, Transformer(PositionKind.SinCosMocoV3)),
        _ => new MaeObjective(new MaeOptions(), Transformer(PositionKind.SinCosMae)),
    };

    private static TestBackbones ResNet() => new(() => new ResNet50(new ResNetOptions(), Colour));

    private static TestBackbones Transformer(PositionKind positions) =>
        new(() => new BaseVisionTransformer(new VisionTransformerOptions { Positions = positions }, Colour));
}
