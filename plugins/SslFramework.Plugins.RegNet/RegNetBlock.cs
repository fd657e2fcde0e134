using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.RegNet;

/// <summary>
/// 1×1, 3×3 in groups (with the stride) and 1×1 convolutions of one width around a shortcut; Y squeezes and excites before the last.
/// </summary>
internal sealed class RegNetBlock : ResidualBlock, IOnnxLayer
{
    private const double SqueezeRatio = 0.25; // of the block's input

    private readonly ConvolutionLayer? proj;
    private readonly Sequential f;

    public RegNetBlock(int input, RegNetStages stage, int stride, bool squeezes, RegNetOptions options)
        : base(nameof(RegNetBlock), options.Recompute)
    {
        var width = stage.Width;
        proj = stride == 1 && input == width ? null : Layer(input, 1, Activation.None, stride);
        var parts = new List<(string, nn.Module<Tensor, Tensor>)>
        {
            ("a", Layer(input, 1, Activation.Relu)),
            ("b", Layer(width, 3, Activation.Relu, stride, width / stage.GroupWidth)),
            ("c", Layer(width, 1, Activation.None)),
        };
        if (squeezes)
        {
            parts.Insert(2, ("se", new SqueezeExcitation(width, (int)Math.Round(SqueezeRatio * input), isHard: false)));
        }

        f = nn.Sequential([.. parts]);
        RegisterComponents();

        ConvolutionLayer Layer(int channels, int kernel, Activation activation, int step = 1, int groups = 1) =>
            new(channels, width, kernel, activation, c => options.Normalization.Create(c), step, groups);
    }

    /// <summary>[N, C, H, W] → [N, C', H', W'].</summary>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        return Dropped(f.call(input)).add_(proj?.call(input) ?? input).relu_().MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var shortcut = proj is null ? input : graph.Add(proj, input);
        return graph.Node("Relu", [graph.Node("Add", [graph.Add(f, input), shortcut])]);
    }
}
