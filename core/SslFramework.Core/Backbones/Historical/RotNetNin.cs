using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The network in network of RotNet's CIFAR experiments: blocks of a 5×5 or 3×3 and two 1×1 convolutions, each with batch
/// norm and ReLU. State-dict keys are those of the authors' network without its classifier. Gidaris et al. 2018,
/// https://arxiv.org/abs/1803.07728
/// </summary>
public sealed class RotNetNin : nn.Module, IBackbone
{
    private readonly Sequential[] blocks;

    /// <summary>Builds the network for the data's channels.</summary>
    public RotNetNin(RotNetNinOptions options, DataInfo data)
        : base("rotnet-nin")
    {
        Channels = data.Channels;
        blocks = [.. Enumerable.Range(1, options.Stages).Select(number => number switch
        {
            1 => Block(number, Channels, 5, [192, 160, 96], ("Block1_MaxPool", nn.MaxPool2d(3, stride: 2, padding: 1))),
            2 => Block(number, 96, 5, [192, 192, 192], ("Block2_AvgPool", nn.AvgPool2d(3, stride: 2, padding: 1))),
            _ => Block(number, 192, 3, [192, 192, 192]),
        })];
        register_module("_feature_blocks", nn.Sequential([.. blocks.Select((block, i) => ($"{i}", (nn.Module<Tensor, Tensor>)block))]));
        foreach (var convolution in modules().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(convolution.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>192, the mean over the last block's maps.</summary>
    public int FeatureDimension => 192;

    /// <summary><c>conv1</c>, <c>conv2</c> and so on: one per block.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
        [.. blocks.Select((block, i) => new BackboneLayer($"conv{i + 1}", [.. block.parameters()]))];

    /// <summary>Returns the mean over each of the last block's maps.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, 192].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    /// <summary>Returns every block's maps, the first two after their pools.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>At 32 pixels [N, 96, 16, 16], then [N, 192, 8, 8].</returns>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        var maps = new Tensor[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            maps[i] = blocks[i].call(i == 0 ? images : maps[i - 1]);
        }

        return maps;
    }

    private static Sequential Block(int number, int input, int kernel, int[] outputs, params (string, nn.Module<Tensor, Tensor>)[] pool)
    {
        var convolutions = outputs.Select((output, i) => (
            $"Block{number}_ConvB{i + 1}",
            Convolution(i == 0 ? input : outputs[i - 1], output, i == 0 ? kernel : 1)));
        return nn.Sequential([.. convolutions, .. pool]);
    }

    private static nn.Module<Tensor, Tensor> Convolution(int input, int output, int kernel) => nn.Sequential(("layers", nn.Sequential(
        ("Conv", nn.Conv2d(input, output, kernel, padding: kernel / 2, bias: false)),
        ("BatchNorm", nn.BatchNorm2d(output)),
        ("ReLU", nn.ReLU(inplace: true)))));
}
