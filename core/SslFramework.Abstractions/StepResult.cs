namespace SslFramework;

/// <summary>What a step gives: the loss, and metrics that stay tensors until they are logged.</summary>
public sealed record StepResult
{
    private static readonly string[] OfTheLoop = ["loss", "learningRate", "gradientNorm", "featureDeviation", "featureRank"];

    /// <summary>Makes the result.</summary>
    /// <param name="loss">A scalar with gradient: the mean over this process's anchors.</param>
    /// <param name="metrics">
    /// Named scalars without gradient. Names must differ from each other and from those that the loop logs itself.
    /// </param>
    /// <exception cref="ArgumentException">The loss or a metric is not a scalar, or the name of a metric is taken.</exception>
    public StepResult(Tensor loss, params (string Name, Tensor Value)[] metrics)
    {
        Require(loss.ndim == 0, $"the loss must be a scalar, but its shape is [{string.Join(", ", loss.shape)}]; take its mean");
        foreach (var (name, value) in metrics)
        {
            Require(
                value.numel() == 1,
                $"the metric \"{name}\" must be a scalar, but its shape is [{string.Join(", ", value.shape)}]; take its mean");
            Require(!OfTheLoop.Contains(name), $"the name of the metric \"{name}\" is the training loop's own; give it another one");
            Require(
                metrics.Count(metric => metric.Name == name) == 1,
                $"there are two metrics of the name \"{name}\"; give one of them another name");
        }

        (Loss, Metrics) = (loss, metrics);
    }

    /// <summary>A scalar with gradient.</summary>
    public Tensor Loss { get; }

    /// <summary>Named scalars, such as the pretext accuracy.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Metrics { get; }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ArgumentException(sentence);
        }
    }
}
