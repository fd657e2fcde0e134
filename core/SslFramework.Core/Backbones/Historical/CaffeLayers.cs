using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// Layers as Caffe makes them. Weights start with its "xavier" filler: uniform within ±√(3 / inputs of a unit), biases 0.
/// </summary>
public static class CaffeLayers
{
    /// <summary>A fully connected layer, [N, input] → [N, output].</summary>
    public static Linear Linear(int input, int output)
    {
        var layer = nn.Linear(input, output);
        Fill(layer.weight, layer.bias!);
        return layer;
    }

    /// <summary>A convolution with bias.</summary>
    public static Conv2d Convolution(int input, int output, int kernel, int stride = 1, int padding = 0)
    {
        var layer = nn.Conv2d(input, output, kernel, stride: stride, padding: padding);
        Fill(layer.weight, layer.bias!);
        return layer;
    }

    /// <summary>Max-pools 3×3 places with stride 2; the last windows may reach over the edge, because Caffe rounds sizes up.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    /// <returns>[N, C, ⌈(H − 3) / 2⌉ + 1, ⌈(W − 3) / 2⌉ + 1].</returns>
    public static Tensor MaxPool(Tensor maps) => nn.functional.max_pool2d(maps, 3, stride: 2, ceil_mode: true);

    /// <summary>Draws start weights; a bias starts at 0.</summary>
    internal static void Fill(Tensor weight, Tensor? bias)
    {
        var bound = Math.Sqrt(3.0 * weight.shape[0] / weight.numel());
        nn.init.uniform_(weight, -bound, bound);
        if (bias is not null)
        {
            nn.init.zeros_(bias);
        }
    }
}
