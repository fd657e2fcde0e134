using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Statistics of batch norms as the mean over some batches: running ones are dominated by the last few, and weights have changed since
/// the others. Wu and Johnson 2021, https://arxiv.org/abs/2105.07576
/// </summary>
internal static class PreciseNorms
{
    /// <summary>Takes the statistics anew.</summary>
    /// <param name="networks">The modules with the norms, in training mode.</param>
    /// <param name="batches">Each runs the modules once on a batch.</param>
    public static void Take(IEnumerable<nn.Module> networks, IEnumerable<Action> batches)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        BatchNorm2d[] norms = [.. networks.SelectMany(network => network.modules()).OfType<BatchNorm2d>().Distinct()];
        var statistics = norms.SelectMany(norm => (Tensor[])[norm.running_mean!, norm.running_var!]).ToArray();
        var (sums, count) = (Array.ConvertAll(statistics, own => zeros_like(own)), 0);
        foreach (var batch in batches)
        {
            // From zero, what remains is the batch's part alone.
            Array.ForEach(statistics, own => own.zero_());
            batch();
            for (var i = 0; i < statistics.Length; i++)
            {
                sums[i].add_(statistics[i], alpha: 1 / norms[i / 2].momentum!.Value);
            }

            count++;
        }

        for (var i = 0; i < statistics.Length && count > 0; i++)
        {
            statistics[i].copy_(sums[i].div_(count));
        }
    }
}
