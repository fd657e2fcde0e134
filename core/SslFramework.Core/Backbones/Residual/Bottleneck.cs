using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>1×1, 3×3 (with the stride) and 1×1 convolutions around a shortcut; the last is four times as wide.</summary>
internal sealed class Bottleneck : nn.Module<Tensor, Tensor>
{
    public const int Expansion = 4;

    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Conv2d conv2;
    private readonly nn.Module<Tensor, Tensor> bn2;
    private readonly Conv2d conv3;
    private readonly nn.Module<Tensor, Tensor> bn3;
    private readonly Sequential? downsample;
    private readonly bool recompute;

    public Bottleneck(int input, int width, int stride, ResNetOptions options)
        : base(nameof(Bottleneck))
    {
        recompute = options.Recompute;
        conv1 = nn.Conv2d(input, width, 1, bias: false);
        bn1 = options.Normalization.Create(width);
        conv2 = nn.Conv2d(width, width, 3, stride: stride, padding: 1, bias: false);
        bn2 = options.Normalization.Create(width);
        conv3 = nn.Conv2d(width, width * Expansion, 1, bias: false);
        bn3 = options.Normalization.Create(width * Expansion);
        downsample = BasicBlock.Shortcut(input, width * Expansion, stride, options);
        if (options.ZeroInitResidual)
        {
            nn.init.zeros_(bn3.get_parameter("weight"));
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => recompute ? Recomputation.Run(this, Compute, input) : Compute(input);

    private Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var x = bn1.call(conv1.call(input)).relu_();
        x = bn2.call(conv2.call(x)).relu_();
        x = bn3.call(conv3.call(x));
        return x.add_(downsample?.call(input) ?? input).relu_().MoveToOuterDisposeScope();
    }
}
