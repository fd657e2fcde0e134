namespace SslFramework.Core.Optimization;

/// <summary>Adam with decoupled weight decay, w ← w − lr·wd·w. Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101</summary>
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
    public void Step(double learningRate)
    {
        using var gradientOff = no_grad();
        foreach (var (name, weight) in parameters.Items)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is { } gradient)
            {
                Update(name, weight, gradient, learningRate);
            }
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private void Update(string name, Parameter weight, Tensor gradient, double learningRate)
    {
        var (beta1, beta2) = (options.Beta1, options.Beta2);
        var step = state.CountStep(name);
        var mean = state.Of(name, "mean").mul_(beta1).add_(gradient, alpha: 1 - beta1);
        var square = state.Of(name, "square").mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);

        // Both means began at zero: dividing by 1 − βᵗ makes up for it.
        var deviation = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(options.Epsilon);
        if (options.Decay.Covers(name, weight))
        {
            weight.mul_(1 - (learningRate * options.WeightDecay));
        }

        weight.addcdiv_(mean, deviation, -learningRate / (1 - Math.Pow(beta1, step)));
    }
}
