namespace SslFramework;

/// <summary>What a step gives: the loss, and metrics that stay tensors until they are logged.</summary>
public sealed record StepResult
{
    /// <summary>Makes the result.</summary>
    /// <param name="loss">A scalar with gradient: the mean over this process's anchors.</param>
    /// <param name="metrics">Named scalars without gradient.</param>
    public StepResult(Tensor loss, params (string Name, Tensor Value)[] metrics) =>
        (Loss, Metrics) = (loss, metrics);

    /// <summary>A scalar with gradient.</summary>
    public Tensor Loss { get; }

    /// <summary>Named scalars, such as the pretext accuracy.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Metrics { get; }
}
