using SslFramework.Core.Processors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>Two 3×3 convolutions around a shortcut.</summary>
internal sealed class BasicBlock : ResidualBlock
{
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Conv2d conv2;
    private readonly nn.Module<Tensor, Tensor> bn2;
    private readonly Sequential? downsample;

    public BasicBlock(int input, int width, int stride, ResNetOptions options)
        : base(nameof(BasicBlock), options.Recompute)
    {
        conv1 = nn.Conv2d(input, width, 3, stride: stride, padding: 1, bias: false);
        bn1 = options.Normalization.Create(width);
        conv2 = nn.Conv2d(width, width, 3, padding: 1, bias: false);
        bn2 = options.Normalization.Create(width);
        downsample = Shortcut(input, width, stride, options);
        if (options.ZeroInitResidual)
        {
            nn.init.zeros_(bn2.get_parameter("weight"));
        }

        RegisterComponents();
    }

    /// <summary>A 1×1 convolution if the shapes differ, else null.</summary>
    public static Sequential? Shortcut(int input, int output, int stride, ResNetOptions options) =>
        stride == 1 && input == output
            ? null
            : nn.Sequential(
                NarrowConvolutions.Guard(nn.Conv2d(input, output, 1, stride: stride, bias: false)), options.Normalization.Create(output));

    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var x = bn1.call(conv1.call(input)).relu_();
        x = bn2.call(conv2.call(x));
        return Dropped(x).add_(downsample?.call(input) ?? input).relu_().MoveToOuterDisposeScope();
    }
}
