using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>
/// A linear classifier on normalized features, which begins with zeros and learns by Adam (Kingma and Ba 2015,
/// https://arxiv.org/abs/1412.6980). The gradient is written down, so that nothing runs backward.
/// </summary>
/// <remarks>Its tensors belong to the caller's dispose scope.</remarks>
internal sealed class PatchClassifier
{
    private const double FullRate = 256; // numbers of a patch up to which the rate is as it is set
    private const double First = 0.9;
    private const double Second = 0.999;
    private const double Epsilon = 1e-8;
    private const double NormEpsilon = 1e-5;
    private const int BlockRows = 1 << 14;

    private readonly Tensor mean; // [D]
    private readonly Tensor scale; // [D]
    private readonly Tensor weight; // [C, D + 1], the last column is the bias
    private readonly Tensor momentum;
    private readonly Tensor squares;

    /// <summary>Makes a classifier that knows nothing but how features are distributed.</summary>
    /// <param name="features">All features to learn from, [P, D].</param>
    /// <param name="classes">C.</param>
    public PatchClassifier(Tensor features, int classes)
    {
        mean = features.mean([0]);
        scale = features.var(0, unbiased: false).add_(NormEpsilon).rsqrt_();
        weight = zeros([classes, features.shape[1] + 1], device: features.device);
        (momentum, squares) = (zeros_like(weight), zeros_like(weight));
    }

    /// <summary>Learns for all epochs.</summary>
    /// <param name="features">[P, D].</param>
    /// <param name="shares">[P, C].</param>
    /// <param name="options">How long, and in what portions.</param>
    /// <param name="progress">Receives each epoch.</param>
    public void Learn(Tensor features, Tensor shares, SegmentationProbeOptions options, IProgress<EvaluationProgress>? progress)
    {
        var count = (int)features.shape[0];
        var batch = Math.Min(options.BatchSize, count);
        var (steps, step) = ((long)options.Epochs * (count / batch), 0L);
        var peak = options.LearningRate * Math.Min(1, FullRate / features.shape[1]);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            var order = SampleOrder.Shuffled(options.Seed, epoch, count);
            for (var begin = 0; begin + batch <= count; begin += batch)
            {
                using var scope = NewDisposeScope();
                var rows = tensor(Array.ConvertAll(order[begin..(begin + batch)], row => (long)row), device: features.device);
                var rate = peak * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
                Step(features.index_select(0, rows), shares.index_select(0, rows), rate, ++step);
            }

            progress?.Report(new("linear classifier of patches", epoch + 1, options.Epochs));
        }
    }

    /// <summary>Scores of features [n, D]: [n, C].</summary>
    public Tensor Scores(Tensor features)
    {
        using var scope = NewDisposeScope();
        var blocks = features.split(BlockRows).Select(rows => Logits(Normalized(rows.to(weight.device))));
        return cat([.. blocks]).MoveToOuterDisposeScope();
    }

    private void Step(Tensor features, Tensor shares, double rate, long step)
    {
        var input = Normalized(features); // [B, D + 1]

        // The gradient of the mean cross-entropy with respect to the logits is (softmax − share) / B.
        var errors = Logits(input).softmax(1).sub_(shares).div_(input.shape[0]); // [B, C]
        var gradient = errors.t().mm(input); // [C, D + 1]
        momentum.mul_(First).add_(gradient, alpha: 1 - First);
        squares.mul_(Second).addcmul_(gradient, gradient, 1 - Second);
        var deviation = squares.div(1 - Math.Pow(Second, step)).sqrt_().add_(Epsilon);
        weight.addcdiv_(momentum, deviation, -rate / (1 - Math.Pow(First, step)));
    }

    private Tensor Logits(Tensor input) => input.mm(weight.t());

    private Tensor Normalized(Tensor features) =>
        nn.functional.pad(features.sub(mean).mul_(scale), [0, 1], value: 1); // a one for the bias
}
