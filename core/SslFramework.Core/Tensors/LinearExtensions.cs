using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using TorchSharp.Modules;

namespace SslFramework.Core.Tensors;

/// <summary>A linear layer over many rows, as fast as the processor allows.</summary>
public static class LinearExtensions
{
    private const int Vector = 16; // oneDNN's kernels need whole vectors of channels
    private const int FewRows = 64;

    /// <summary>
    /// libtorch multiplies float32 matrices with MKL, which has AVX-512 kernels for Intel's processors only; oneDNN's convolutions have
    /// them for all. On an AMD EPYC a layer and its gradients took 0.47 of the time as a 1×1 convolution over the rows.
    /// </summary>
    private static readonly bool ConvolutionsAreFaster = Avx512F.IsSupported && Vendor() == "AuthenticAMD";

    /// <summary>
    /// Computes input · Wᵀ + b, with gradient: the same as <c>call</c>, up to rounding. A layer with hooks on its output is called, so that
    /// they run.
    /// </summary>
    /// <param name="layer">[I] → [O].</param>
    /// <param name="input">[…, I].</param>
    /// <returns>[…, O].</returns>
    public static Tensor Apply(this Linear layer, Tensor input) =>
        ConvolutionsAreFaster && IsFit(layer, input) ? AsConvolution(layer, input) : layer.call(input);

    /// <summary>Runs the layer as a 1×1 convolution over an image of one column, channels last: no value moves.</summary>
    public static Tensor AsConvolution(Linear layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (layer.weight.shape[1], layer.weight.shape[0]);
        var pixels = input.reshape(1, -1, 1, inputs).permute(0, 3, 1, 2); // [1, I, rows, 1]
        var maps = nn.functional.conv2d(pixels, layer.weight.view(outputs, inputs, 1, 1), layer.bias); // [1, O, rows, 1]
        return maps.permute(0, 2, 3, 1).reshape([.. input.shape[..^1], outputs]).MoveToOuterDisposeScope();
    }

    private static bool IsFit(Linear layer, Tensor input) =>
        input.dtype == ScalarType.Float32
        && input.device_type == DeviceType.CPU
        && !Autocast.IsOn(DeviceType.CPU)
        && layer.weight.shape.All(side => side % Vector == 0)
        && input.numel() >= FewRows * input.shape[^1]
        && !ForwardHooks.Any(layer);

    private static string Vendor()
    {
        var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>([ebx, edx, ecx]));
    }
}
