using TorchSharp.Modules;

namespace SslFramework.Plugins.Context;

/// <summary>Layers with the start weights of Caffe's "xavier" filler: uniform within ±√(3 / inputs of a unit), biases 0.</summary>
internal static class CaffeInit
{
    public static Linear Linear(int input, int output)
    {
        var layer = nn.Linear(input, output);
        Fill(layer.weight, layer.bias!);
        return layer;
    }

    public static Conv2d Convolution(int input, int output, int kernel, int stride = 1, int padding = 0)
    {
        var layer = nn.Conv2d(input, output, kernel, stride: stride, padding: padding);
        Fill(layer.weight, layer.bias!);
        return layer;
    }

    private static void Fill(Tensor weight, Tensor bias)
    {
        var bound = Math.Sqrt(3.0 * weight.shape[0] / weight.numel());
        nn.init.uniform_(weight, -bound, bound);
        nn.init.zeros_(bias);
    }
}
