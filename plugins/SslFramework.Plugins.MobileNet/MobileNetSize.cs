using SslFramework.Core.Backbones;

namespace SslFramework.Plugins.MobileNet;

/// <summary>A block as the paper's tables describe it.</summary>
/// <param name="Kernel">Side of the kernel of the convolution of each channel.</param>
/// <param name="Expanded">Channels between the 1×1 convolutions.</param>
/// <param name="Output">Channels of the output.</param>
/// <param name="Squeezes">Whether it squeezes and excites.</param>
/// <param name="Activation">What follows the first two convolutions.</param>
/// <param name="Stride">Its stride.</param>
internal sealed record MobileNetRow(int Kernel, int Expanded, int Output, bool Squeezes, Activation Activation, int Stride);

/// <summary>A MobileNetV3 that experiments can name: tables 1 and 2 of the paper.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Rows">Its blocks.</param>
internal sealed record MobileNetSize(string Name, IReadOnlyList<MobileNetRow> Rows)
{
    public const int StemWidth = 16;

    /// <summary>How many times as wide as the last block the last convolution is.</summary>
    public const int Expansion = 6;

    public static readonly MobileNetSize Small = new("mobilenet-v3-small",
    [
        new(3, 16, 16, true, Activation.Relu, 2),
        new(3, 72, 24, false, Activation.Relu, 2),
        new(3, 88, 24, false, Activation.Relu, 1),
        new(5, 96, 40, true, Activation.HardSwish, 2),
        new(5, 240, 40, true, Activation.HardSwish, 1),
        new(5, 240, 40, true, Activation.HardSwish, 1),
        new(5, 120, 48, true, Activation.HardSwish, 1),
        new(5, 144, 48, true, Activation.HardSwish, 1),
        new(5, 288, 96, true, Activation.HardSwish, 2),
        new(5, 576, 96, true, Activation.HardSwish, 1),
        new(5, 576, 96, true, Activation.HardSwish, 1),
    ]);

    public static readonly MobileNetSize Large = new("mobilenet-v3-large",
    [
        new(3, 16, 16, false, Activation.Relu, 1),
        new(3, 64, 24, false, Activation.Relu, 2),
        new(3, 72, 24, false, Activation.Relu, 1),
        new(5, 72, 40, true, Activation.Relu, 2),
        new(5, 120, 40, true, Activation.Relu, 1),
        new(5, 120, 40, true, Activation.Relu, 1),
        new(3, 240, 80, false, Activation.HardSwish, 2),
        new(3, 200, 80, false, Activation.HardSwish, 1),
        new(3, 184, 80, false, Activation.HardSwish, 1),
        new(3, 184, 80, false, Activation.HardSwish, 1),
        new(3, 480, 112, true, Activation.HardSwish, 1),
        new(3, 672, 112, true, Activation.HardSwish, 1),
        new(5, 672, 160, true, Activation.HardSwish, 2),
        new(5, 960, 160, true, Activation.HardSwish, 1),
        new(5, 960, 160, true, Activation.HardSwish, 1),
    ]);
}

/// <summary>A MobileNetV3 of 11 blocks.</summary>
public sealed class MobileNetV3Small(MobileNetOptions options, DataInfo data) : MobileNetV3(options, data, MobileNetSize.Small);

/// <summary>A MobileNetV3 of 15 blocks.</summary>
public sealed class MobileNetV3Large(MobileNetOptions options, DataInfo data) : MobileNetV3(options, data, MobileNetSize.Large);
