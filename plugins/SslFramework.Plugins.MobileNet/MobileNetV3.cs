using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using TorchSharp.Modules;

namespace SslFramework.Plugins.MobileNet;

/// <summary>
/// A network for small devices, with the state-dict keys and start weights of torchvision. Features are the mean over the maps of its last
/// convolution: the layers that make 1,024 or 1,280 numbers of it are torchvision's <c>classifier</c>. Howard et al. 2019,
/// https://arxiv.org/abs/1905.02244
/// </summary>
public abstract class MobileNetV3 : StagedNetwork
{
    private readonly Sequential features;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="size">Its blocks.</param>
    private protected MobileNetV3(MobileNetOptions options, DataInfo data, MobileNetSize size)
        : base(
            "mobilenet-v3",
            options.Channels ?? data.Channels,
            StagesOf(options, options.Channels ?? data.Channels, size),
            channelsLast: options.Normalization.Kind == NormalizationKind.BatchNorm)
    {
        features = nn.Sequential(StageModules);
        register_module(nameof(features), features);
        foreach (var convolution in modules().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(convolution.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
            if (convolution.bias is not null)
            {
                nn.init.zeros_(convolution.bias);
            }
        }

        DropPath = options.DropPath;
    }

    /// <summary>A stage begins with each block that has a stride; the last convolution is a stage of its own.</summary>
    private static List<NetworkStage> StagesOf(MobileNetOptions options, int channels, MobileNetSize size)
    {
        var width = options.Channel(MobileNetSize.StemWidth);
        var stem = new ConvolutionLayer(channels, width, 3, Activation.HardSwish, options.Norm, options.StemStride);
        var stages = new List<NetworkStage> { new("stem", [stem], width, options.StemStride) };
        foreach (var row in size.Rows)
        {
            var block = new InvertedResidual(width, row, options);
            width = options.Channel(row.Output);
            if (row.Stride > 1 || stages.Count == 1)
            {
                stages.Add(new($"stage{stages.Count}", [block], width, row.Stride));
            }
            else
            {
                stages[^1] = stages[^1] with { Modules = [.. stages[^1].Modules, block], Channels = width };
            }
        }

        var last = MobileNetSize.Expansion * width;
        stages.Add(new("head", [new ConvolutionLayer(width, last, 1, Activation.HardSwish, options.Norm)], last));
        return stages;
    }
}
