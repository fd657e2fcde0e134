using SslFramework.Core.Tensors;
using TorchSharp.Utils;

namespace SslFramework.Core.Objectives;

/// <summary>
/// A linear layer without bias whose rows have a direction and a length of their own, W = g·v/‖v‖, with PyTorch's keys <c>weight_g</c>
/// and <c>weight_v</c>: the prototypes of DINO. Salimans and Kingma 2016, https://arxiv.org/abs/1602.07868
/// </summary>
/// <remarks>Weight decay does not shrink W: it shrinks v, whose direction then turns faster.</remarks>
public sealed class WeightNormLinear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight_g")]
    private readonly Parameter length; // [O, 1]

    [ComponentName(Name = "weight_v")]
    private readonly Parameter direction; // [O, I]

    /// <summary>Makes the layer: rows of length 1, in the directions of an ordinary linear layer's start.</summary>
    /// <param name="inputDimension">I, the length of an input vector.</param>
    /// <param name="outputDimension">O, the number of rows.</param>
    /// <param name="trainLength">Whether the lengths g are trained; if not, they stay 1.</param>
    public WeightNormLinear(int inputDimension, int outputDimension, bool trainLength = false)
        : base(nameof(WeightNormLinear))
    {
        var bound = 1 / Math.Sqrt(inputDimension);
        var start = nn.init.uniform_(zeros(outputDimension, inputDimension), -bound, bound);
        length = (Parameter)new Parameter(ones(outputDimension, 1), trainLength).DetachFromDisposeScope();
        direction = (Parameter)new Parameter(start).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Computes input · Wᵀ, in float32 under autocast.</summary>
    /// <param name="input">[N, I].</param>
    /// <returns>[N, O].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(input.device_type);
        var weight = direction.UnitRows() * length; // [O, I]
        return nn.functional.linear(input.AtLeastFloat32(), weight).MoveToOuterDisposeScope();
    }
}
