using SslFramework.Host.Comparison;

namespace SslFramework.Host.Sweeps;

/// <summary>What became of a point.</summary>
/// <param name="Point">Which.</param>
/// <param name="Status"><c>completed</c>, <c>interrupted</c>, <c>failed</c> or <c>waiting</c>.</param>
/// <param name="Reason">Why it did not complete.</param>
/// <param name="Run">Its numbers, where it completed and was evaluated.</param>
internal sealed record SweepOutcome(SweepPoint Point, string Status, string? Reason = null, EvaluatedRun? Run = null);
