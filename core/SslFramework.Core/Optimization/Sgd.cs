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
    public void Step(double learningRate)
    {
        using var gradientOff = no_grad();
        foreach (var (name, weight) in parameters.Items)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is { } gradient)
            {
                weight.add_(Direction(name, weight, gradient), alpha: -learningRate);
            }
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private Tensor Direction(string name, Parameter weight, Tensor gradient)
    {
        if (options.WeightDecay > 0 && options.Decay.Covers(name, weight))
        {
            gradient = gradient.add(weight, alpha: options.WeightDecay);
        }

        if (options.Momentum == 0)
        {
            return gradient;
        }

        var momentum = state.Of(name, "momentum").mul_(options.Momentum).add_(gradient);
        return options.Nesterov ? gradient.add(momentum, alpha: options.Momentum) : momentum;
    }
}
