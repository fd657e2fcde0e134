namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>
/// Multinomial logistic regression, solved to its optimum: the sum of the images' cross-entropies and ½λ‖W‖², without a penalty of the
/// biases.
/// </summary>
internal static class SoftmaxRegression
{
    /// <summary>Solves one.</summary>
    /// <param name="rows">Of <see cref="OneVersusRest.WithOne"/>, [N, D + 1].</param>
    /// <param name="labels">int64 [N].</param>
    /// <param name="classes">C.</param>
    /// <param name="penalty">λ.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to begin, [C, D + 1]; null begins at zero.</param>
    /// <returns>[C, D + 1].</returns>
    public static Tensor Solve(Tensor rows, Tensor labels, int classes, double penalty, SolverLimits limits, Tensor? start = null)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (count, length) = (rows.shape[0], rows.shape[1]);
        var (column, decay) = (labels.unsqueeze(1), penalty / count); // a mean of cross-entropies has gradients of one size
        var begin = start ?? zeros([classes, length], float64, rows.device);
        return Lbfgs.Minimize(begin.view(1, -1), Evaluate, limits.Tolerance, limits.Iterations).view(classes, length)
            .MoveToOuterDisposeScope();

        (Tensor Values, Tensor Gradients) Evaluate(Tensor place)
        {
            using var inner = NewDisposeScope();
            var weights = place.view(classes, length);
            var shares = rows.mm(weights.t()).log_softmax(1); // [N, C]
            var penalized = weights.clone();
            penalized.narrow(1, length - 1, 1).zero_();
            var value = penalized.square().sum(float64).mul_(decay / 2).sub_(shares.gather(1, column).mean());

            // The gradient of the mean cross-entropy with respect to the logits is (softmax − target) / N.
            var errors = shares.exp_();
            errors.scatter_add_(1, column, full_like(column, -1, float64));
            var gradients = errors.t().mm(rows).div_(count).add_(penalized, alpha: decay);
            return (value.view(1).MoveToOuterDisposeScope(), gradients.view(1, -1).MoveToOuterDisposeScope());
        }
    }
}
