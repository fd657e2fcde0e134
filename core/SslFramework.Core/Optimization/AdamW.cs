namespace SslFramework.Core.Optimization;

/// <summary>
/// Adam with decoupled weight decay, w ← w − lr·wd·w. Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101; or with the L2
/// penalty in the gradient, as Kingma and Ba 2015, https://arxiv.org/abs/1412.6980
/// </summary>
public sealed class AdamW : IOptimizer
{
    private readonly AdamWOptions options;
    private readonly NamedParameters parameters;
    private readonly OptimizerState state;

    /// <summary>Makes the optimizer.</summary>
    public AdamW(AdamWOptions options, NamedParameters parameters)
    {
        (this.options, this.parameters) = (options, parameters);
        state = new OptimizerState(parameters, "mean", "square", OptimizerState.StepSlot);
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
            TensorLists.Adam(
                moved.Weights,
                moved.Gradients,
                state.Of(moved.Names, "mean"),
                state.Of(moved.Names, "square"),
                state.Of(moved.Names, OptimizerState.StepSlot),
                step.RateOf(moved.Factors),
                options,
                options.Beta1 * moved.Factors.Momentum,
                moved.Decays ? decay * moved.Factors.WeightDecay : 0);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
