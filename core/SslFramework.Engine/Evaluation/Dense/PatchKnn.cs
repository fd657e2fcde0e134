namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>
/// Gives every patch of a test image the classes of the train patches most like it, by cosine: what frozen maps tell of places without
/// anything being learned (mean intersection over union). Balažević et al. 2023, https://arxiv.org/abs/2306.01667
/// </summary>
internal sealed class PatchKnn(
    PatchKnnOptions options, IProgress<EvaluationProgress>? progress = null, IProgress<Figure>? figures = null) : IEvaluator
{
    private const long BlockNumbers = 1 << 23; // 32 MiB of similarities at a time

    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.Maps;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no maps.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        DenseEvaluation.Measure(
            backbone, train, test, options, new(RareFirst: true, options.VoidAsBackground), Bank, progress, figures);

    private Func<Tensor, Tensor> Bank(Tensor features, Tensor shares)
    {
        var mean = options.Center ? features.mean([0]) : null;
        var (rows, k) = (Unit(features, mean), Math.Min(options.K, features.shape[0]));
        return queries =>
        {
            using var scope = NewDisposeScope();
            var blocks = queries.split(Math.Max(1, BlockNumbers / rows.shape[0])).Select(block =>
            {
                using var own = NewDisposeScope();
                var (nearest, numbers) = Unit(block.to(rows.device), mean).mm(rows.t()).topk((int)k, dim: 1); // [q, k]
                var votes = nearest.div_(options.Temperature).softmax(1); // [q, k]
                var classes = shares.index_select(0, numbers.flatten()).view(numbers.shape[0], k, -1); // [q, k, C]
                return votes.unsqueeze(1).bmm(classes).squeeze(1).MoveToOuterDisposeScope();
            });
            return cat([.. blocks]).MoveToOuterDisposeScope();
        };
    }

    private static Tensor Unit(Tensor rows, Tensor? mean) =>
        nn.functional.normalize(mean is null ? rows : rows.sub(mean), dim: 1);
}
