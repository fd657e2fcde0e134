namespace SslFramework.Core.Optimization;

/// <summary>
/// Layer-wise adaptive rates: each weight tensor moves by a fixed share of its own length. You, Gitman and Ginsburg 2017,
/// https://arxiv.org/abs/1708.03888
/// </summary>
/// <remarks>
/// Parameters of at most one dimension (biases, norms) have no decay and no trust ratio: for them it is SGD with momentum. In the
/// variant <see cref="LarsVariant.Larc"/> they are as all others.
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
    public void Step(OptimizerStep step)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        foreach (var moved in ParameterList.Of(parameters, p => options.Variant == LarsVariant.Larc || p.Weight.dim() > 1))
        {
            var rate = step.RateOf(moved.Factors);
            var (inside, outside) = options.Variant == LarsVariant.LearningRateInside ? (rate, 1.0) : (1.0, rate);
            var decay = step.Annealed(options.WeightDecay, options.FinalWeightDecay) * moved.Factors.WeightDecay;
            TensorLists.Descend(
                moved.Weights,
                moved.Decays ? Directions(moved, decay) : moved.Gradients,
                state.Of(moved.Names, "momentum"),
                options.Momentum * moved.Factors.Momentum,
                inside,
                outside);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private Tensor[] Directions(ParameterList moved, double decay) => options.Variant == LarsVariant.Larc
        ? TensorLists.Controlled(moved.Weights, moved.Gradients, decay, options.TrustCoefficient)
        : TensorLists.Trusted(moved.Weights, moved.Gradients, decay, options.TrustCoefficient);
}
