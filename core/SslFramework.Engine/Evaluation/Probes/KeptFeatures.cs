using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Features that were extracted once, which is right only where images are not augmented.</summary>
/// <param name="layers">All features of each layer, with the same labels.</param>
/// <param name="device">Where batches go.</param>
/// <param name="rows">Which of them count.</param>
internal sealed class KeptFeatures(IReadOnlyList<LabelledFeatures> layers, Device device, IReadOnlyList<int> rows) : IProbeFeatures
{
    public KeptFeatures(IReadOnlyList<LabelledFeatures> layers, Device device)
        : this(layers, device, SampleOrder.Straight((int)layers[0].Count))
    {
    }

    public int Count => rows.Count;

    public IProbeFeatures Select(IReadOnlyList<int> some) => new KeptFeatures(layers, device, [.. some.Select(row => rows[row])]);

    public IReadOnlyList<LabelledFeatures> Plain()
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

    private Tensor Rows(IEnumerable<int> numbers) => tensor(numbers.Select(number => (long)number).ToArray(), device: layers[0].Labels.device);
}
