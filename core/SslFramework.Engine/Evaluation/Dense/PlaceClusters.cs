using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Clusters of the patches of one place of a backbone, by their directions.</summary>
/// <remarks>Its tensors belong to the caller's dispose scope.</remarks>
internal sealed class PlaceClusters
{
    private readonly Tensor? mean; // [D]
    private readonly Tensor centers; // [k, D]

    /// <summary>Finds clusters from several starts, and takes those with the smallest sum of squared distances.</summary>
    /// <param name="patches">[P, D], P at least k.</param>
    /// <param name="clusters">k.</param>
    /// <param name="options">How often, and how.</param>
    /// <param name="progress">Receives each start.</param>
    /// <exception cref="ExperimentException">There are fewer patches than clusters.</exception>
    public PlaceClusters(Tensor patches, int clusters, PatchClustersOptions options, IProgress<EvaluationProgress>? progress)
    {
        if (patches.shape[0] < clusters)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"There are {patches.shape[0]} patches to make {clusters} clusters of; raise \"patches\", or take more test images.");
        }

        Broken = DenseEvaluation.Broken(patches);
        Remark = Broken is null ? DenseEvaluation.Collapsed(patches) : null;
        var sound = patches.nan_to_num(0, 0, 0);
        mean = options.Center ? sound.mean([0]) : null;
        var (rows, method) = (Directions(sound), new KMeans(clusters) { Spherical = true, Iterations = options.Iterations });
        (var least, centers) = (double.PositiveInfinity, rows);
        for (var start = 0; start < options.Starts; start++)
        {
            var found = method.Fit(rows, new SampleRandom((ulong)options.Seed, (ulong)start, 0, 0));
            var error = (rows - found.Centers.index_select(0, found.Labels)).square().sum(float64).ToDouble();
            (least, centers) = error < least ? (error, found.Centers) : (least, centers);
            progress?.Report(new("clusters of patches", start + 1, options.Starts));
        }
    }

    /// <summary>Why features cannot be measured, or null.</summary>
    public string? Broken { get; private set; }

    /// <summary>What is to be said of the numbers, or null.</summary>
    public string? Remark { get; }

    /// <summary>How near patches [n, D] are to each center, by cosine: [n, k].</summary>
    public Tensor Scores(Tensor patches)
    {
        using var scope = NewDisposeScope();
        Broken ??= DenseEvaluation.Broken(patches);
        return Directions(patches.nan_to_num(0, 0, 0)).mm(centers.t()).MoveToOuterDisposeScope();
    }

    private Tensor Directions(Tensor patches) => (mean is null ? patches : patches.sub(mean)).UnitRows();
}
