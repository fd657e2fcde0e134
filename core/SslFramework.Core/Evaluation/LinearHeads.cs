namespace SslFramework.Core.Evaluation;

/// <summary>
/// Linear classifiers that differ in nothing but their learning rate, trained side by side: the normalised features are
/// made once for all, and one product gives all logits. SGD with momentum on the mean cross-entropy, cosine to 0.
/// </summary>
/// <remarks>Its tensors belong to the caller's dispose scope.</remarks>
internal sealed class LinearHeads
{
    private const double Momentum = 0.9;
    private const double Epsilon = 1e-6;
    private const long BlockRows = 1024;

    private readonly int classes;
    private readonly Tensor rates; // [R·C, 1]
    private readonly Tensor weight; // [R·C, D]
    private readonly Tensor bias; // [R·C]
    private readonly Tensor mean; // [D], BatchNorm's running statistics
    private readonly Tensor variance; // [D]

    /// <summary>Makes one head a learning rate, all with the same first weights N(0, 0.01²).</summary>
    public LinearHeads(LabelledFeatures features, IReadOnlyList<double> learningRates, Generator random)
    {
        var (device, dimension, heads) = (features.Values.device, features.Values.shape[1], learningRates.Count);
        classes = features.Classes;
        weight = randn([classes, dimension], generator: random).mul_(0.01).repeat([heads, 1]).to(device);
        bias = zeros([heads * classes], device: device);
        rates = tensor(learningRates.ToArray(), float32).repeat_interleave(classes).unsqueeze(1).to(device);
        (mean, variance) = (zeros([dimension], device: device), ones([dimension], device: device));
    }

    /// <summary>Learns for some epochs, each in a new order. A last batch that is not full is left out.</summary>
    public void Train(LabelledFeatures features, int epochs, int batchSize, Generator random)
    {
        using var scope = NewDisposeScope();
        var (weightMomentum, biasMomentum) = (zeros_like(weight), zeros_like(bias));
        var targets = nn.functional.one_hot(features.Labels, classes).to(float32); // [N, C]
        var batches = features.Count / batchSize;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var order = randperm(features.Count, generator: random).to(features.Labels.device);
            for (var batch = 0; batch < batches; batch++)
            {
                using var stepScope = NewDisposeScope();
                var progress = (epoch + ((double)batch / batches)) / epochs;
                var rows = order.narrow(0, (long)batch * batchSize, batchSize);
                var input = Normalised(features.Values.index_select(0, rows), training: true); // [B, D]
                var errors = Errors(input, targets.index_select(0, rows)); // [B, R·C]
                weightMomentum.mul_(Momentum).add_(errors.t().mm(input));
                biasMomentum.mul_(Momentum).add_(errors.sum(0));

                var decline = 0.5 * (1 + Math.Cos(Math.PI * progress));
                weight.addcmul_(weightMomentum, rates, -decline);
                bias.addcmul_(biasMomentum, rates.squeeze(1), -decline);
            }
        }
    }

    /// <summary>Logits with the statistics that training gathered.</summary>
    /// <param name="features">[N, D].</param>
    /// <returns>[N, R, C].</returns>
    public Tensor Scores(Tensor features)
    {
        using var scope = NewDisposeScope();
        var blocks = features.split(BlockRows).Select(rows => Logits(Normalised(rows, training: false)));
        return cat([.. blocks]).MoveToOuterDisposeScope();
    }

    /// <summary>Gradient of the mean cross-entropy with respect to the logits: (softmax − target) / B.</summary>
    private Tensor Errors(Tensor input, Tensor targets) =>
        Logits(input).softmax(2).sub_(targets.unsqueeze(1)).div_(input.shape[0]).flatten(1);

    private Tensor Logits(Tensor input) => nn.functional.linear(input, weight, bias).view(input.shape[0], -1, classes);

    private Tensor Normalised(Tensor input, bool training) =>
        nn.functional.batch_norm(input, mean, variance, training: training, eps: Epsilon);
}
