namespace SslFramework.Core.Optimization;

/// <summary>
/// Layer-wise adaptive rates: each weight tensor moves by a set part of its own length. You, Gitman and Ginsburg 2017,
/// https://arxiv.org/abs/1708.03888
/// </summary>
/// <remarks>Parameters of at most one dimension (biases, norms) have no decay and no trust ratio: for them it is SGD with momentum.</remarks>
public sealed class Lars : IOptimizer
{
    private readonly LarsOptions options;
    private readonly NamedParameters parameters;
    private readonly OptimizerState state;

    /// <summary>Makes the optimizer.</summary>
    public Lars(LarsOptions options, NamedParameters parameters)
    {
        (this.options, this.parameters) = (options, parameters);
        state = new OptimizerState(parameters, "momentum");
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => state.Tensors;

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
        using var gradientOff = no_grad();
        foreach (var (name, weight) in parameters.Items)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is { } gradient)
            {
                Update(state.Of(name, "momentum"), weight, Scaled(weight, gradient), learningRate);
            }
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private void Update(Tensor momentum, Parameter weight, Tensor scaled, double learningRate)
    {
        momentum.mul_(options.Momentum);
        if (options.Variant == LarsVariant.LearningRateOutside)
        {
            weight.add_(momentum.add_(scaled), alpha: -learningRate);
        }
        else
        {
            weight.sub_(momentum.add_(scaled, alpha: learningRate));
        }
    }

    /// <summary>q·(g + wd·w), q = η‖w‖ / ‖g + wd·w‖, or 1 where either norm is 0.</summary>
    private Tensor Scaled(Parameter weight, Tensor gradient)
    {
        if (weight.dim() <= 1)
        {
            return gradient;
        }

        var decayed = gradient.add(weight, alpha: options.WeightDecay);
        var (length, slope) = (weight.norm(), decayed.norm());
        var ratio = where(length.gt(0).logical_and(slope.gt(0)), length.mul(options.TrustCoefficient).div(slope), ones_like(slope));
        return decayed.mul_(ratio);
    }
}
