namespace SslFramework.Plugins.SimSiam;

/// <summary>The loss of SimSiam, D(p, z) of the paper's equations 1 and 3.</summary>
public static class NegativeCosine
{
    /// <summary>The negative cosine of predictions and their targets, averaged over images: −1 to 1.</summary>
    /// <param name="predictions">p, [n, D], of any length.</param>
    /// <param name="targets">z, [n, D]. Their gradient stops here: without that, all images soon have the same embedding.</param>
    public static Tensor Loss(Tensor predictions, Tensor targets) =>
        -(predictions.UnitRows() * targets.detach().UnitRows()).sum(1).mean();
}
