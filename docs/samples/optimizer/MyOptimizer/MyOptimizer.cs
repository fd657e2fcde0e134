using System.ComponentModel.DataAnnotations;

namespace MyOptimizer;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyOptimizerOptions
{
    /// <summary>How much of the momentum is in a step's direction.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the momentum is kept.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>What a weight loses per step, times the learning rate.</summary>
    [Range(0.0, 10.0)]
    public double WeightDecay { get; init; } = 0.1;
}

/// <summary>
/// Lion: w ← w − lr·(sign(β₁·m + (1 − β₁)·g) + λ·w); m ← β₂·m + (1 − β₂)·g. Chen et al. 2023, https://arxiv.org/abs/2302.06675.
/// Put your own optimizer here.
/// </summary>
/// <param name="options">Its numbers.</param>
/// <param name="parameters">What it moves.</param>
public sealed class MyOptimizer(MyOptimizerOptions options, NamedParameters parameters) : IOptimizer
{
    private readonly OptimizerState state = new(parameters, "momentum");

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => state.Tensors;

    /// <inheritdoc/>
    public void Step(OptimizerStep step)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope(); // every tensor made in a step dies in it
        foreach (var (name, weight, gradient, factors) in parameters.WithGradient())
        {
            var momentum = state.Of(name, "momentum");
            var direction = (momentum * options.Beta1).add(gradient, alpha: 1 - options.Beta1).sign_();
            var rate = step.RateOf(factors);
            weight.mul_(1 - (rate * options.WeightDecay * factors.WeightDecay)).add_(direction, alpha: -rate);
            momentum.mul_(options.Beta2).add_(gradient, alpha: 1 - options.Beta2);
        }
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => this.state.Load(state);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
