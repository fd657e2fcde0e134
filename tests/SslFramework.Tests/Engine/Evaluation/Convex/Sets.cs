namespace SslFramework.Tests.Engine.Evaluation.Convex;

/// <summary>Sets of classes without images.</summary>
internal static class Sets
{
    /// <summary>1 or −1 with a third of ones: float64 [N, C].</summary>
    public static Tensor Sides(string key, int count, int classes) =>
        where(Golden.Tensor($"{key} sides", [count, classes]).gt(0.17), 1.0, -1.0).to(float64);
}
