using TorchSharp.Modules;

namespace SslFramework.Core.Objectives;

/// <summary>Projection and prediction heads, which come between a backbone's features and a loss.</summary>
public static class Heads
{
    /// <summary>
    /// Linear layers with normalization and ReLU between them, in a sequence whose indices are the papers' state-dict keys:
    /// <c>0</c> linear, <c>1</c> norm, <c>2</c> ReLU, <c>3</c> linear, and so on; a missing norm leaves no gap.
    /// </summary>
    /// <example>
    /// MoCo v3's projector: <c>Mlp(d, 4096, 256, layers: 3, output: HeadNorm.Plain)</c>;
    /// SimCLR's: <c>Mlp(d, d, 128, layers: 2, output: HeadNorm.ScaleOnly)</c>;
    /// MoCo v2's: <c>Mlp(d, d, 128, layers: 2, hidden: HeadNorm.None, bias: true)</c>.
    /// </example>
    /// <param name="inputDimension">Length of a feature vector.</param>
    /// <param name="hiddenDimension">Width of the hidden layers.</param>
    /// <param name="outputDimension">Length of an output vector.</param>
    /// <param name="layers">Number of linear layers, at least 1.</param>
    /// <param name="hidden">The norm after every linear layer but the last, before the ReLU.</param>
    /// <param name="output">The norm after the last linear layer.</param>
    /// <param name="bias">Whether linear layers add a bias; a norm after them makes it useless.</param>
    /// <returns>[N, inputDimension] → [N, outputDimension].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="layers"/> is below 1.</exception>
    public static Sequential Mlp(
        int inputDimension,
        int hiddenDimension,
        int outputDimension,
        int layers,
        HeadNorm hidden = HeadNorm.Affine,
        HeadNorm output = HeadNorm.None,
        bool bias = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        var head = nn.Sequential();
        for (var layer = 1; layer <= layers; layer++)
        {
            var last = layer == layers;
            var width = last ? outputDimension : hiddenDimension;
            head.append(nn.Linear(layer == 1 ? inputDimension : hiddenDimension, width, hasBias: bias));
            if ((last ? output : hidden) is not HeadNorm.None and var norm)
            {
                head.append(CreateNorm(width, norm));
            }

            if (!last)
            {
                head.append(nn.ReLU(inplace: true));
            }
        }

        return head;
    }

    private static BatchNorm1d CreateNorm(int dimension, HeadNorm norm)
    {
        var layer = nn.BatchNorm1d(dimension, affine: norm != HeadNorm.Plain);
        if (norm == HeadNorm.ScaleOnly && layer.bias is { } shift)
        {
            shift.requires_grad = false; // stays 0, and optimizers skip parameters without gradient
        }

        return layer;
    }
}
