namespace SslFramework.Core.Optimization;

/// <summary>Stochastic gradient descent with momentum, as in torch: g ← g + wd·w; μ ← m·μ + g; w ← w − lr·μ.</summary>
public sealed class Sgd : IOptimizer
{
    private readonly SgdOptions options;
    private readonly NamedParameters parameters;
    private readonly OptimizerState state;

    /// <summary>Makes the optimizer.</summary>
    public Sgd(SgdOptions options, NamedParameters parameters)
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
        var decay = step.Annealed(options.WeightDecay, options.FinalWeightDecay);
        foreach (var moved in ParameterList.Of(parameters, p => options.Decay.Covers(p.Name, p.Weight)))
        {
            var momentum = options.Momentum * moved.Factors.Momentum;
            TensorLists.Sgd(
                moved.Weights,
                moved.Gradients,
                momentum == 0 ? [] : state.Of(moved.Names, "momentum"),
                step.RateOf(moved.Factors),
                momentum,
                moved.Decays ? decay * moved.Factors.WeightDecay : 0,
                options.Nesterov && momentum > 0);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
