using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using TorchSharp.Modules;

namespace SslFramework.Plugins.RegNet;

/// <summary>
/// A residual network whose widths follow from a few numbers, with the state-dict keys and start weights of torchvision. Radosavovic et
/// al. 2020, https://arxiv.org/abs/2003.13678
/// </summary>
public abstract class RegNet : StagedNetwork
{
    internal const int StemWidth = 32;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="size">The design for options that have none.</param>
    private protected RegNet(RegNetOptions options, DataInfo data, RegNetSize size)
        : base(
            "regnet",
            options.Channels ?? data.Channels,
            StagesOf(options, options.Channels ?? data.Channels, size),
            channelsLast: options.Normalization.Kind == NormalizationKind.BatchNorm)
    {
        register_module("stem", StageModules[0]);
        register_module("trunk_output", nn.Sequential([.. Stages.Skip(1).Select(stage => (stage.Name, stage.Modules[0]))]));
        foreach (var convolution in modules().OfType<Conv2d>())
        {
            var shape = convolution.weight.shape; // [O, I, k, k]
            nn.init.normal_(convolution.weight, 0, Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3])));
        }

        DropPath = options.DropPath;
    }

    private static List<NetworkStage> StagesOf(RegNetOptions options, int channels, RegNetSize size)
    {
        var design = size with
        {
            Depth = options.Depth ?? size.Depth,
            WidthStart = options.WidthStart ?? size.WidthStart,
            WidthSlope = options.WidthSlope ?? size.WidthSlope,
            WidthFactor = options.WidthFactor ?? size.WidthFactor,
            GroupWidth = options.GroupWidth ?? size.GroupWidth,
        };
        var stem = new ConvolutionLayer(
            channels, StemWidth, 3, Activation.Relu, width => options.Normalization.Create(width), options.StemStride);
        var stages = new List<NetworkStage> { new("stem", [stem], StemWidth, options.StemStride) };
        foreach (var stage in RegNetStages.Of(design))
        {
            var (input, name) = (stages[^1].Channels, $"block{stages.Count}");
            var blocks = Enumerable.Range(0, stage.Blocks).Select(b => (
                $"{name}-{b}",
                (nn.Module<Tensor, Tensor>)new RegNetBlock(b == 0 ? input : stage.Width, stage, b == 0 ? 2 : 1, design.Squeezes, options)));
            stages.Add(new(name, [nn.Sequential([.. blocks])], stage.Width, Stride: 2));
        }

        return stages;
    }
}
