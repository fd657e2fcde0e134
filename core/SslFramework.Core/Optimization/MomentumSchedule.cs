namespace SslFramework.Core.Optimization;

/// <summary>How the momentum of a momentum encoder grows during a run.</summary>
public static class MomentumSchedule
{
    /// <summary>1 − (1 − m₀)·½(1 + cos π·progress): from m₀ to 1 (MoCo v3, https://arxiv.org/abs/2104.02057).</summary>
    /// <param name="start">m₀, 0 to 1.</param>
    /// <param name="progress">The part of the run that is done, 0 to 1.</param>
    public static double Cosine(double start, double progress) =>
        1 - ((1 - start) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
}
