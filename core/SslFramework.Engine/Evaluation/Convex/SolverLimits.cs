namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>When a solver stops.</summary>
/// <param name="Tolerance">No number of the gradient of a mean loss is larger.</param>
/// <param name="Iterations">Or so many steps were taken.</param>
internal sealed record SolverLimits(double Tolerance, int Iterations)
{
    /// <summary>The optimum up to rounding.</summary>
    public static SolverLimits Exact { get; } = new(1e-9, 5000);

    /// <summary>As near as liblinear stops: if a tenth are positive, the gradient is 10⁻⁵ of that of zero weights.</summary>
    public static SolverLimits Near { get; } = new(1e-5, 2000);
}
