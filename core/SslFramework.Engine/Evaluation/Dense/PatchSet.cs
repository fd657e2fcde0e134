using System.Runtime.InteropServices;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Patches of the train images to learn from.</summary>
/// <param name="Features">For each place, float32 [P, D].</param>
/// <param name="Shares">float32 [P, C]: how much of each patch belongs to each class.</param>
internal sealed record PatchSet(IReadOnlyList<Tensor> Features, Tensor Shares)
{
    /// <summary>Takes as many patches of every image as fit, and reads all places in one pass.</summary>
    /// <param name="taps">The places.</param>
    /// <param name="images">Images with maps.</param>
    /// <param name="options">How many patches.</param>
    /// <param name="rules">Which are taken, and what they are of.</param>
    /// <param name="kept">Where the features stay.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <exception cref="ExperimentException">No pixel of the images has a class.</exception>
    public static PatchSet Of(
        MapTaps taps, IAnnotatedImages images, DenseOptions options, PatchRules rules, Device kept, IProgress<EvaluationProgress>? progress)
    {
        var source = images.Count <= options.Patches
            ? images : (IAnnotatedImages)images.Select(SampleOrder.Spread(options.Patches, images.Count));
        var (each, classes) = (options.Patches / source.Count, source.Annotations.MapClasses.Count);
        var (values, shares, done) = (taps.Items.Select(_ => new List<Tensor>()).ToArray(), new List<float>(), 0);
        foreach (var batch in source.ReadAnnotated(DenseBatch.SizeFor(taps, source)))
        {
            using var scope = NewDisposeScope();
            var (features, rows) = (taps.Read(batch.Images), new List<long>());
            var (grid, view) = (features[0].shape[2..], new ImageSize((int)batch.Images.shape[2], (int)batch.Images.shape[3]));
            var (maps, patches) = (batch.Maps!.data<byte>().ToArray(), (int)(grid[0] * grid[1]));
            for (var i = 0; i < batch.Indices.Count; i++)
            {
                var map = maps.AsSpan(i * view.Height * view.Width, view.Height * view.Width);
                if (rules.VoidAsBackground)
                {
                    map.Replace(IAnnotatedSource.Void, (byte)(images.Annotations.Background ?? 0));
                }

                var own = PatchShares.Of(map, view, ((int)grid[0], (int)grid[1]), classes);
                var random = new SampleRandom((ulong)options.Seed, 0, (ulong)batch.Indices[i], 0);
                foreach (var patch in PatchShares.Choose(own, each, rules.RareFirst, random))
                {
                    rows.Add((i * patches) + patch);
                    shares.AddRange(own[patch]);
                }
            }

            var chosen = tensor(CollectionsMarshal.AsSpan(rows).ToArray(), device: taps.Device);
            for (var i = 0; i < values.Length && rows.Count > 0; i++)
            {
                var all = features[i].permute(0, 2, 3, 1).flatten(0, 2); // [N · rows · columns, D]
                values[i].Add(all.index_select(0, chosen).to(kept).MoveToOuterDisposeScope());
            }

            done += batch.Indices.Count;
            progress?.Report(new("patches of train images", done, source.Count));
        }

        if (shares.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Data,
                "No pixel of the train images has a class that counts, so that there is nothing to learn; look at their maps.");
        }

        return new PatchSet(
            [.. values.Select(parts => Joined(parts))], tensor(shares.ToArray(), [shares.Count / classes, classes], device: kept));
    }

    private static Tensor Joined(List<Tensor> parts)
    {
        var all = cat(parts);
        parts.ForEach(part => part.Dispose());
        return all;
    }
}
