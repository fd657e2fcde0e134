using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>A layer of an AlexNet: its weights and, if it has one, its batch norm.</summary>
/// <param name="Weights">A convolution or a fully connected layer.</param>
/// <param name="Norm">Its batch norm.</param>
internal sealed record AlexNetLayer(nn.Module<Tensor, Tensor> Weights, nn.Module<Tensor, Tensor>? Norm)
{
    /// <summary>All layers, in order: each draws its start weights after the one before.</summary>
    public static AlexNetLayer[] All(AlexNetOptions options, int channels)
    {
        var layers = new AlexNetLayer[options.LayerCount];
        var input = channels;
        for (var i = 0; i < layers.Length; i++)
        {
            var isLinear = i >= AlexNetOptions.Convolutions && options.FullyConnectedKind == FullyConnectedKind.Linear;
            var output = i < AlexNetOptions.Convolutions ? options.Maps[i] : options.FullyConnected[i - AlexNetOptions.Convolutions];
            nn.Module<Tensor, Tensor> weights = i < AlexNetOptions.Convolutions ? Convolution(options, i, input, output)
                : isLinear ? Linear(options, i, input, output)
                : FullyConnected(options, i, input, output);
            Initialize(weights, options.Initialization, i);
            layers[i] = new(weights, !options.BatchNorm.Contains(i + 1) ? null
                : isLinear ? nn.BatchNorm1d(output, affine: options.BatchNormScale)
                : nn.BatchNorm2d(output, affine: options.BatchNormScale));
            input = output;
        }

        return layers;
    }

    private static Conv2d Convolution(AlexNetOptions options, int i, int input, int output) => nn.Conv2d(
        input, output, AlexNetOptions.Kernels[i], stride: options.Strides[i], padding: options.Pads[i], groups: options.Groups[i]);

    private static Linear Linear(AlexNetOptions options, int i, int input, int output)
    {
        var places = i == AlexNetOptions.Convolutions ? options.FullyConnectedSide * options.FullyConnectedSide : 1;
        return nn.Linear(input * places, output, hasBias: options.FullyConnectedBias);
    }

    private static Conv2d FullyConnected(AlexNetOptions options, int i, int input, int output) => i == AlexNetOptions.Convolutions
        ? nn.Conv2d(
            input,
            output,
            options.FullyConnectedSide,
            padding: options.FullyConnectedPad,
            dilation: options.FullyConnectedDilation,
            bias: options.FullyConnectedBias)
        : nn.Conv2d(input, output, 1, bias: options.FullyConnectedBias);

    private static void Initialize(nn.Module layer, AlexNetInitialization initialization, int i)
    {
        var (weight, bias) = layer switch
        {
            Conv2d convolution => (convolution.weight, convolution.bias),
            _ => (((Linear)layer).weight, ((Linear)layer).bias),
        };
        switch (initialization)
        {
            case AlexNetInitialization.Caffe:
                CaffeLayers.Fill(weight, bias);
                break;
            case AlexNetInitialization.Normal:
                var isConvolution = layer is Conv2d { kernel_size: [> 1, ..] };
                nn.init.normal_(weight, 0, isConvolution ? Math.Sqrt(2.0 / (weight.numel() / weight.shape[1])) : 0.01);
                Start(0);
                break;
            case AlexNetInitialization.Krizhevsky:
                nn.init.normal_(weight, 0, 0.01);
                Start(i is 0 or 2 ? 0 : 1);
                break;
        }

        void Start(double value)
        {
            if (bias is not null)
            {
                nn.init.constant_(bias, value);
            }
        }
    }
}
