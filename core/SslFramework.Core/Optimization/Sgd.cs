namespace SslFramework.Core.Optimization;

/// <summary>Stochastic gradient descent with momentum, as in torch: g ← g + wd·w; μ ← m·μ + g; w ← w − lr·μ.</summary>
internal sealed class Sgd : IOptimizer
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
    public void Step(double learningRate)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        foreach (var part in parameters.WithGradient().GroupBy(p => options.Decay.Covers(p.Name, p.Weight)))
        {
            var moved = ParameterList.Of(part);
            var momenta = options.Momentum == 0 ? [] : state.Of(moved.Names, "momentum");
            TensorLists.Sgd(moved.Weights, moved.Gradients, momenta, learningRate, options, part.Key ? options.WeightDecay : 0);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
