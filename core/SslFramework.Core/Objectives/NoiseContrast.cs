using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// Noise-contrastive estimation: tells a query's own entry of a memory bank from K drawn ones by one yes or no each, with a constant Z in
/// place of the sum over all entries. Wu et al. 2018, https://arxiv.org/abs/1805.01978, section 3.2
/// </summary>
public static class NoiseContrast
{
    /// <summary>Makes Z, a buffer [1] of the objective that owns it: 0 until the first batch decides on it.</summary>
    public static Tensor CreateConstant() => zeros(1).DetachFromDisposeScope();

    /// <summary>Computes the loss, after deciding on <paramref name="constant"/> if this is the first batch.</summary>
    /// <param name="similarities">Of each query with its own entry, column 0, and with K others: [n, 1 + K].</param>
    /// <param name="constant">
    /// Z, [1]; changed if it is 0, to the number of images times the mean of exp(similarity / τ) in all processes.
    /// </param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="images">The number of entries of the bank.</param>
    /// <param name="replicas">The processes; each has as many queries.</param>
    /// <param name="epsilon">Added to every denominator: 1e-7 in the code of CMC and of instance discrimination.</param>
    /// <returns>The mean over the queries of the sum over entries.</returns>
    public static Tensor Loss(
        Tensor similarities, Tensor constant, double temperature, long images, IReplicas replicas, double epsilon = 1e-7)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(similarities.device_type);
        var logits = similarities.AtLeastFloat32() / temperature; // [n, 1 + K]
        Decide(constant, logits.detach(), images, replicas);

        var probability = (logits - constant.log()).exp(); // P, [n, 1 + K]
        var (own, noise) = (probability.narrow(1, 0, 1), logits.shape[1] - 1);
        var drawn = probability.narrow(1, 1, noise);
        var expected = (double)noise / images; // K times the chance of an entry to be drawn
        var positive = (own / (own + expected + epsilon)).log().sum(1); // [n]
        var negative = (expected / (drawn + expected + epsilon)).log().sum(1);
        return (positive + negative).mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Writes without reading back, so that nothing waits for the device.</summary>
    private static void Decide(Tensor constant, Tensor logits, long images, IReplicas replicas)
    {
        using var gradient = no_grad();
        var mean = replicas.Sum(logits.exp().mean()) / replicas.Count;
        constant.copy_(where(constant.eq(0), mean * images, constant));
    }
}
