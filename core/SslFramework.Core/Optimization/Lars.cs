namespace SslFramework.Core.Optimization;

/// <summary>
/// Layer-wise adaptive rates: each weight tensor moves by a set part of its own length. You, Gitman and Ginsburg 2017,
/// https://arxiv.org/abs/1708.03888
/// </summary>
/// <remarks>
/// Parameters of at most one dimension (biases, norms) have no decay and no trust ratio: for them it is SGD with momentum.
/// </remarks>
internal sealed class Lars : IOptimizer
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
        using var scope = NewDisposeScope();
        var (inside, outside) = options.Variant == LarsVariant.LearningRateInside ? (learningRate, 1.0) : (1.0, learningRate);
        foreach (var part in parameters.WithGradient().GroupBy(p => p.Weight.dim() > 1))
        {
            var moved = ParameterList.Of(part);
            var directions = part.Key
                ? TensorLists.Trusted(moved.Weights, moved.Gradients, options.WeightDecay, options.TrustCoefficient)
                : moved.Gradients;
            TensorLists.Descend(moved.Weights, directions, state.Of(moved.Names, "momentum"), options.Momentum, inside, outside);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
