using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Features that were extracted once, which is only right if images are not augmented.</summary>
/// <param name="layers">All features of each layer, with the same labels.</param>
/// <param name="device">The device that batches are moved to.</param>
/// <param name="rows">Numbers of the rows that count.</param>
internal sealed class CachedFeatures(IReadOnlyList<LabeledFeatures> layers, Device device, IReadOnlyList<int> rows) : IProbeFeatures
{
    public CachedFeatures(IReadOnlyList<LabeledFeatures> layers, Device device)
        : this(layers, device, SampleOrder.Straight((int)layers[0].Count))
    {
    }

    public int Count => rows.Count;

    public IProbeFeatures Select(IReadOnlyList<int> some) => new CachedFeatures(layers, device, [.. some.Select(row => rows[row])]);

    public IReadOnlyList<LabeledFeatures> Plain()
    {
        using var chosen = Rows(rows);
        return [.. layers.Select(layer => layer.Select(chosen))];
    }

    public IEnumerable<FeatureBatch> Batches(int batchSize, long seed, int epoch)
    {
        var order = SampleOrder.Shuffled(seed, epoch, Count);
        for (var begin = 0; begin + batchSize <= order.Length; begin += batchSize)
        {
            using var chosen = Rows(order[begin..(begin + batchSize)].Select(place => rows[place]));
            yield return new FeatureBatch(
                [.. layers.Select(layer => layer.Values.index_select(0, chosen).to(device, disposeAfter: true))],
                layers[0].Labels.index_select(0, chosen).to(device, disposeAfter: true));
        }
    }

    private Tensor Rows(IEnumerable<int> numbers) =>
        tensor(numbers.Select(number => (long)number).ToArray(), device: layers[0].Labels.device);
}
