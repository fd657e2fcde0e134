using SslFramework.Core.Onnx;
using TorchSharp.Utils;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// Batch normalization over g groups of the batch, image n in group n mod g: one device normalizes as g devices do, which
/// is what hides from a momentum encoder which images share a batch (shuffling BN).
/// He et al. 2020, section 3.3, https://arxiv.org/abs/1911.05722
/// </summary>
/// <remarks>
/// Running statistics are the mean over the groups, and in evaluation mode it is ordinary batch normalization.
/// State-dict keys are those of <c>BatchNorm2d</c>.
/// </remarks>
public sealed class SplitBatchNorm2d : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    internal const double Momentum = 0.1;
    internal const double Epsilon = 1e-5;

    private readonly double epsilon;
    private readonly double momentum;
    private readonly Parameter weight;
    private readonly Parameter bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor runningMean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor runningVariance;

    [ComponentName(Name = "num_batches_tracked")]
    private readonly Tensor batchesTracked;

    /// <summary>Makes the layer, with weights 1 and biases 0.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="splits">g, at least 1.</param>
    /// <param name="epsilon">What is added to the variance, above 0.</param>
    /// <param name="momentum">The part that a batch has in the running statistics, 0 to 1.</param>
    public SplitBatchNorm2d(int channels, int splits, double epsilon = Epsilon, double momentum = Momentum)
        : base(nameof(SplitBatchNorm2d))
    {
        (Splits, this.epsilon, this.momentum) = (splits, epsilon, momentum);
        weight = (Parameter)new Parameter(ones(channels)).DetachFromDisposeScope();
        bias = (Parameter)new Parameter(zeros(channels)).DetachFromDisposeScope();
        runningMean = zeros(channels).DetachFromDisposeScope();
        runningVariance = ones(channels).DetachFromDisposeScope();
        batchesTracked = zeros([], int64).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>g, the number of groups.</summary>
    public int Splits { get; }

    /// <summary>Normalizes maps.</summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <returns>[N, C, H, W].</returns>
    /// <exception cref="ExperimentException">In training mode, N is not a multiple of the number of groups.</exception>
    public override Tensor forward(Tensor input)
    {
        if (!training)
        {
            return nn.functional.batch_norm(input, runningMean, runningVariance, weight, bias, false, momentum, epsilon);
        }

        using var scope = NewDisposeScope();
        var (count, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        if (count % Splits != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"A batch of {count} images cannot be split into {Splits} equal groups; "
                + "set \"splits\" in the backbone's \"normalization\" to a number that divides it.");
        }

        // Row j of the view holds images j·g … j·g + g − 1 side by side: channel block k is group k.
        var grouped = input.reshape(count / Splits, Splits * channels, height, width);
        var (means, variances) = (runningMean.repeat(Splits), runningVariance.repeat(Splits)); // [g·C]
        var output = nn.functional.batch_norm(
            grouped, means, variances, weight.repeat(Splits), bias.repeat(Splits), true, momentum, epsilon);

        using (no_grad())
        {
            runningMean.copy_(means.view(Splits, channels).mean([0]));
            runningVariance.copy_(variances.view(Splits, channels).mean([0]));
            batchesTracked.add_(1);
        }

        return output.reshape(input.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input) => graph.BatchNorm(input, weight, bias, runningMean, runningVariance, epsilon);
}
