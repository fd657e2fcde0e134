using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>
/// Linear classifiers of one layer that differ only in their learning rate, trained side by side: the normalized
/// features are made once for all, and one product gives all logits. The loss is the mean cross-entropy.
/// </summary>
/// <remarks>Its tensors belong to the caller's dispose scope.</remarks>
internal sealed class LinearHeads
{
    private const double TrustCoefficient = 0.001;
    private const long BlockRows = 1024;
    private const long BlockNumbers = 1 << 24; // 64 MiB of logits

    private readonly ProbeSettings settings;
    private readonly int classes;
    private readonly long channels;
    private readonly Tensor rates; // [R·C, 1]
    private readonly Tensor weight; // [R·C, D]
    private readonly Tensor bias; // [R·C]
    private readonly Tensor weightMomentum;
    private readonly Tensor biasMomentum;
    private readonly Tensor mean; // [D] or [channels], BatchNorm's running statistics
    private readonly Tensor variance;

    /// <summary>Makes one head per learning rate, all with the same start weights.</summary>
    /// <param name="dimension">D, the length of a feature vector.</param>
    /// <param name="channels">Number of channels, each of D / channels numbers in a row.</param>
    /// <param name="classes">C, the number of classes.</param>
    /// <param name="learningRates">R rates, absolute.</param>
    /// <param name="settings">How to learn; its own rates are ignored.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="device">The device of the features.</param>
    public LinearHeads(
        long dimension, long channels, int classes, IReadOnlyList<double> learningRates, ProbeSettings settings, Generator random,
        Device device)
    {
        (this.classes, this.settings) = (classes, settings);
        this.channels = settings.Normalization == FeatureNormalization.PerChannel ? channels : dimension;
        var heads = learningRates.Count;
        var deviation = settings.Start switch
        {
            ProbeStart.Zero => 0,
            ProbeStart.ByClasses => Math.Sqrt(2.0 / classes),
            _ => 0.01,
        };
        weight = randn([classes, dimension], generator: random).mul_(deviation).repeat([heads, 1]).to(device);
        bias = zeros([heads * classes], device: device);
        (weightMomentum, biasMomentum) = (zeros_like(weight), zeros_like(bias));
        rates = tensor(learningRates.ToArray(), float32).repeat_interleave(classes).unsqueeze(1).to(device);
        (mean, variance) = (zeros([this.channels], device: device), ones([this.channels], device: device));
    }

    /// <summary>Takes one step with every head.</summary>
    /// <param name="features">[B, D], B at least 2.</param>
    /// <param name="targets">float32 [B, C]: the share of each class in each image.</param>
    /// <param name="decline">Factor on the learning rates at this step.</param>
    public void Step(Tensor features, Tensor targets, double decline)
    {
        using var scope = NewDisposeScope();
        var input = Normalized(features, training: true); // [B, D]

        // The gradient of the mean cross-entropy with respect to the logits is (softmax − target) / B.
        var errors = Logits(input).softmax(2).sub_(targets.unsqueeze(1)).div_(input.shape[0]).flatten(1); // [B, R·C]
        var weightGradient = errors.t().mm(input);
        var biasGradient = errors.sum(dim: 0); // a bare 0 would be of a number type
        if (settings.WeightDecay > 0)
        {
            weightGradient.add_(weight, alpha: settings.WeightDecay);
        }

        if (settings.Optimizer == ProbeOptimizer.Lars)
        {
            weightGradient = weightGradient.mul(TrustRatio(weightGradient));
        }
        else if (settings.WeightDecay > 0)
        {
            biasGradient.add_(bias, alpha: settings.WeightDecay);
        }

        weight.addcmul_(Direction(weightMomentum, weightGradient), rates, -decline);
        bias.addcmul_(Direction(biasMomentum, biasGradient), rates.squeeze(1), -decline);
    }

    /// <summary>Logits with the statistics that training gathered.</summary>
    /// <param name="features">[N, D].</param>
    /// <returns>[N, R, C].</returns>
    public Tensor Scores(Tensor features)
    {
        using var scope = NewDisposeScope();
        var blocks = features.split(BlockRows).Select(rows => Logits(Normalized(rows, training: false)));
        return cat([.. blocks]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The rank of each image's true class by each head, as in <see cref="Accuracy.Ranks"/>; only one block of logits is kept.
    /// </summary>
    /// <param name="features">Features [N, D], on any device.</param>
    /// <returns>int64 [N, R].</returns>
    public Tensor Ranks(LabeledFeatures features)
    {
        using var scope = NewDisposeScope();
        var ranks = new List<Tensor>();
        var size = Math.Clamp(BlockNumbers / weight.shape[0], 1, BlockRows);
        foreach (var (rows, labels) in features.Values.split(size).Zip(features.Labels.split(size)))
        {
            using var block = NewDisposeScope();
            var (scores, truth) = (Scores(rows.to(weight.device)), labels.to(weight.device)); // [n, R, C]
            ranks.Add(
                stack([.. Enumerable.Range(0, (int)scores.shape[1]).Select(head => Accuracy.Ranks(scores.select(1, head), truth))], 1)
                    .MoveToOuterDisposeScope());
        }

        return cat(ranks).MoveToOuterDisposeScope();
    }

    /// <summary>Whether every weight and statistic is finite.</summary>
    public bool IsFinite
    {
        get
        {
            using var scope = NewDisposeScope();
            return new[] { weight, bias, mean, variance }.All(values => values.isfinite().all().item<bool>());
        }
    }

    private Tensor Direction(Tensor momentum, Tensor gradient)
    {
        momentum.mul_(settings.Momentum).add_(gradient);
        return settings.Nesterov ? gradient.add(momentum, alpha: settings.Momentum) : momentum;
    }

    /// <summary>η‖w‖ / ‖g‖ of each head, or 1 if either is 0: [R·C, 1].</summary>
    private Tensor TrustRatio(Tensor gradient)
    {
        Tensor Lengths(Tensor rows) => rows.view(-1, classes * rows.shape[1]).norm(1, keepdim: true, p: 2); // [R, 1]
        var (length, slope) = (Lengths(weight), Lengths(gradient));
        var ratio = where(length.gt(0).logical_and(slope.gt(0)), length.mul(TrustCoefficient).div(slope), ones_like(slope));
        return ratio.repeat_interleave(classes, 0);
    }

    private Tensor Logits(Tensor input) => nn.functional.linear(input, weight, bias).view(input.shape[0], -1, classes);

    private Tensor Normalized(Tensor input, bool training)
    {
        if (settings.Normalization == FeatureNormalization.None)
        {
            return input;
        }

        var epsilon = settings.Normalization == FeatureNormalization.PerChannel ? 1e-5 : 1e-6;
        return nn.functional.batch_norm(input.view(input.shape[0], channels, -1), mean, variance, training: training, eps: epsilon)
            .view(input.shape);
    }
}
