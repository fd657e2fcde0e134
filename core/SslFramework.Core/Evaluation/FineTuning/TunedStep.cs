using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Core.Evaluation.FineTuning;

/// <summary>One update of a backbone together with what stands on it.</summary>
public static class TunedStep
{
    /// <summary>Computes a loss and its gradients, and updates.</summary>
    /// <param name="learning">The modules that learn.</param>
    /// <param name="optimizer">Updates their parameters.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="loss">Makes the loss, a scalar; null if there is nothing to learn from.</param>
    /// <returns>The loss; 0 if there is none. If it is not finite, no weight has changed.</returns>
    public static double Take(IReadOnlyList<nn.Module> learning, IOptimizer optimizer, double learningRate, Func<Tensor?> loss)
    {
        foreach (var module in learning)
        {
            module.zero_grad();
        }

        if (loss() is not { } made)
        {
            return 0;
        }

        var value = made.ToDouble();
        if (double.IsFinite(value))
        {
            made.backward();
            BackwardFailure.ThrowIfAny();
            optimizer.Step(new(learningRate));
        }

        return value;
    }
}
