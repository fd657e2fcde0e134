namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>
/// Linear classifiers of two sides each, solved to their optimum, all at a time: ½‖w‖² + C · Σ weight · loss(side · score), where the loss
/// is the squared hinge of a support vector machine or that of logistic regression.
/// </summary>
/// <remarks>
/// The support vector machines are those of liblinear (Fan et al. 2008, https://www.jmlr.org/papers/v9/fan08a.html), which takes the bias
/// for one more weight. Logistic regression leaves its bias unpenalized.
/// </remarks>
internal static class OneVersusRest
{
    /// <summary>Features as float64 with a one behind, for the bias: [N, D + 1].</summary>
    public static Tensor WithOne(Tensor features) => nn.functional.pad(features.to(float64), [0, 1], value: 1);

    /// <summary>Solves all classifiers.</summary>
    /// <param name="rows">Of <see cref="WithOne"/>, [N, D + 1].</param>
    /// <param name="sides">1 or −1, float64 [N, R].</param>
    /// <param name="weights">How much each row counts for each classifier, at least 0, float64 [N, R].</param>
    /// <param name="costs">C of each classifier, float64 [R].</param>
    /// <param name="hinge">Whether the loss is the squared hinge; else it is logistic.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to begin, [R, D + 1]; null begins at zero. It changes how long it takes, and nothing else.</param>
    /// <returns>[R, D + 1].</returns>
    public static Tensor Solve(
        Tensor rows, Tensor sides, Tensor weights, Tensor costs, bool hinge, SolverLimits limits, Tensor? start = null)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();

        // Divided by C and by the sum of weights, so that gradients are of one size whatever C is.
        var sum = weights.sum([0]).clamp_min(1e-12); // [R]
        var shares = weights / sum;
        var decay = (costs * sum).reciprocal().unsqueeze(1).expand(-1, rows.shape[1]).clone(); // [R, D + 1]
        if (!hinge)
        {
            decay.narrow(1, rows.shape[1] - 1, 1).zero_();
        }

        var begin = start ?? zeros([costs.shape[0], rows.shape[1]], float64, rows.device);
        return Lbfgs.Minimize(begin, Evaluate, limits.Tolerance, limits.Iterations).MoveToOuterDisposeScope();

        (Tensor Values, Tensor Gradients) Evaluate(Tensor places)
        {
            using var inner = NewDisposeScope();
            var margins = rows.mm(places.t()).mul_(sides); // [N, R]
            var (losses, slopes) = hinge ? Hinge(margins) : Logistic(margins);
            var values = losses.mul_(shares).sum([0]) + (decay * places.square()).sum([1]).div_(2);
            var gradients = slopes.mul_(shares).mul_(sides).t().mm(rows).addcmul_(decay, places, 1);
            return (values.MoveToOuterDisposeScope(), gradients.MoveToOuterDisposeScope());
        }
    }

    private static (Tensor Losses, Tensor Slopes) Hinge(Tensor margins)
    {
        var missing = margins.neg().add_(1).clamp_min_(0);
        return (missing.square(), missing.mul(-2));
    }

    private static (Tensor Losses, Tensor Slopes) Logistic(Tensor margins) =>
        (nn.functional.softplus(margins.neg(), beta: 1, threshold: 700), margins.neg().sigmoid_().neg_());
}
