namespace SslFramework.Core.Optimization;

/// <summary>Adam with decoupled weight decay, w ← w − lr·wd·w. Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101</summary>
internal sealed class AdamW : IOptimizer
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
    public void Step(double learningRate)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        foreach (var part in parameters.WithGradient().GroupBy(p => options.Decay.Covers(p.Name, p.Weight)))
        {
            var moved = ParameterList.Of(part);
            TensorLists.AdamW(
                moved.Weights,
                moved.Gradients,
                state.Of(moved.Names, "mean"),
                state.Of(moved.Names, "square"),
                state.Of(moved.Names, OptimizerState.StepSlot),
                learningRate,
                options,
                part.Key ? options.WeightDecay : 0);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
