using SslFramework.Core.Backbones;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>How maps of new convolutions are normalized.</summary>
internal enum NewNorm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By batch norm, as MoCo does.</summary>
    Batch,

    /// <summary>By a layer norm over the channels of each place, as ViTDet does.</summary>
    Layer,
}

/// <summary>Layers that a backbone does not bring along, with the start weights of the papers' code.</summary>
internal static class NewLayers
{
    private const double LayerNormEpsilon = 1e-6;

    /// <summary>A convolution that keeps the size, with its norm, and a ReLU if wanted.</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="output">Channels that it gives.</param>
    /// <param name="kernel">Rows and columns, odd.</param>
    /// <param name="norm">How its maps are normalized.</param>
    /// <param name="relu">Whether a ReLU follows.</param>
    public static IEnumerable<nn.Module<Tensor, Tensor>> Convolution(int input, int output, int kernel, NewNorm norm, bool relu)
    {
        var convolution = nn.Conv2d(input, output, kernel, padding: kernel / 2, bias: norm == NewNorm.None);
        if (relu)
        {
            nn.init.kaiming_normal_(convolution.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        }
        else
        {
            nn.init.kaiming_uniform_(convolution.weight, a: 1); // as Caffe's "xavier"
        }

        Empty(convolution.bias);
        yield return convolution;
        if (norm != NewNorm.None)
        {
            yield return norm == NewNorm.Batch ? nn.BatchNorm2d(output) : new MapLayerNorm(output, LayerNormEpsilon);
        }

        if (relu)
        {
            yield return nn.ReLU();
        }
    }

    /// <summary>Several 3×3 convolutions with ReLUs, one behind the other.</summary>
    public static Sequential Tower(int count, int input, int output, NewNorm norm) => nn.Sequential(
        [.. Enumerable.Range(0, count).SelectMany(i => Convolution(i == 0 ? input : output, output, 3, norm, relu: true))]);

    /// <summary>A convolution whose weights begin near zero.</summary>
    public static Conv2d Narrow(int input, int output, int kernel, double deviation)
    {
        var convolution = nn.Conv2d(input, output, kernel, padding: kernel / 2);
        nn.init.normal_(convolution.weight, 0, deviation);
        Empty(convolution.bias);
        return convolution;
    }

    /// <summary>A linear layer whose weights begin near zero.</summary>
    public static Linear Narrow(int input, int output, double deviation)
    {
        var linear = nn.Linear(input, output);
        nn.init.normal_(linear.weight, 0, deviation);
        Empty(linear.bias);
        return linear;
    }

    /// <summary>A linear layer with weights of "xavier".</summary>
    public static Linear Dense(int input, int output)
    {
        var linear = nn.Linear(input, output);
        nn.init.kaiming_uniform_(linear.weight, a: 1);
        Empty(linear.bias);
        return linear;
    }

    /// <summary>Doubles the sides.</summary>
    public static ConvTranspose2d Doubled(int input, int output, int kernel = 2)
    {
        var convolution = nn.ConvTranspose2d(input, output, kernel, stride: 2, padding: (kernel - 2) / 2);
        nn.init.kaiming_normal_(convolution.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        Empty(convolution.bias);
        return convolution;
    }

    private static void Empty(Parameter? bias)
    {
        if (bias is not null)
        {
            nn.init.zeros_(bias);
        }
    }
}
