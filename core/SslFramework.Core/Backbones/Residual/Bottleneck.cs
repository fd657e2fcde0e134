using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>1×1, 3×3 (with the stride) and 1×1 convolutions around a shortcut.</summary>
internal sealed class Bottleneck : ResidualBlock
{
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Conv2d conv2;
    private readonly nn.Module<Tensor, Tensor> bn2;
    private readonly Conv2d conv3;
    private readonly nn.Module<Tensor, Tensor> bn3;
    private readonly Sequential? downsample;

    public Bottleneck(int input, BlockWidths widths, int stride, ResNetOptions options)
        : base(nameof(Bottleneck), options.Recompute)
    {
        var (width, output, groups) = widths;
        conv1 = nn.Conv2d(input, width, 1, bias: false);
        bn1 = options.Normalization.Create(width);
        conv2 = nn.Conv2d(width, width, 3, stride: stride, padding: 1, groups: groups, bias: false);
        bn2 = options.Normalization.Create(width);
        conv3 = nn.Conv2d(width, output, 1, bias: false);
        bn3 = options.Normalization.Create(output);
        downsample = BasicBlock.Shortcut(input, output, stride, options);
        if (options.ZeroInitResidual)
        {
            nn.init.zeros_(bn3.get_parameter("weight"));
        }

        RegisterComponents();
    }

    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var x = bn1.call(conv1.call(input)).relu_();
        x = bn2.call(conv2.call(x)).relu_();
        x = bn3.call(conv3.call(x));
        return Dropped(x).add_(downsample?.call(input) ?? input).relu_().MoveToOuterDisposeScope();
    }
}
