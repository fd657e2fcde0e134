namespace SslFramework.Plugins.BYOL;

/// <summary>The loss of BYOL, equation 2 of the paper.</summary>
public static class Regression
{
    /// <summary>The squared distance of predictions from their targets, averaged over images: ‖p̄ − z̄‖² = 2 − 2 p̄·z̄, 0 to 4.</summary>
    /// <param name="predictions">p̄, float32 [n, D], rows of length 1.</param>
    /// <param name="targets">z̄, [n, D], rows of length 1, without gradient.</param>
    public static Tensor Loss(Tensor predictions, Tensor targets) => (predictions - targets).square().sum(1).mean();
}
