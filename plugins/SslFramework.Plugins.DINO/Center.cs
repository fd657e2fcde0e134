namespace SslFramework.Plugins.DINO;

/// <summary>
/// The running mean of a teacher's scores, which is subtracted before the softmax so that no prototype wins everywhere.
/// </summary>
public sealed class Center : nn.Module
{
    private readonly Tensor values; // [1, K]
    private readonly PendingTensors pending = new();

    /// <summary>Makes a center of zeros.</summary>
    /// <param name="prototypes">K.</param>
    public Center(int prototypes)
        : base(nameof(Center))
    {
        values = zeros(1, prototypes).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>[1, K].</summary>
    public Tensor Values => values;

    /// <summary>Keeps the mean of a micro-batch's scores over all processes until the step is accepted.</summary>
    /// <param name="scores">[…, K], without gradient; their number may be 0 and may differ between processes.</param>
    /// <param name="step">The step.</param>
    public void Keep(Tensor scores, StepContext step)
    {
        var rows = scores.flatten(0, -2); // [M, K]
        var count = step.Replicas.Sum(full([1], rows.shape[0], dtype: rows.dtype, device: rows.device));
        pending.Add(step, step.Replicas.Sum(rows.sum([0], keepdim: true)) / count.clamp_min(1)); // [1, K]
    }

    /// <summary>c ← m·c + (1 − m)·mean of what was kept.</summary>
    public void Update(double momentum)
    {
        var means = new List<Tensor>();
        pending.Empty(kept => means.AddRange(kept));
        if (means.Count > 0)
        {
            values.mul_(momentum).add_(cat(means).mean([0], keepdim: true), alpha: 1 - momentum);
        }
    }
}
