namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>When a solver stops.</summary>
/// <param name="Tolerance">No number of the gradient of a mean loss is larger.</param>
/// <param name="Iterations">Or so many steps were taken.</param>
internal sealed record SolverLimits(double Tolerance, int Iterations)
{
    /// <summary>What counts as the optimum.</summary>
    public static SolverLimits Exact { get; } = new(1e-9, 5000);
}
