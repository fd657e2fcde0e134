namespace SslFramework.Core.Objectives;

/// <summary>
/// Tensors to write into a queue or a memory bank once a step is accepted, kept from <see cref="IPretextObjective.ComputeLoss"/> until
/// <see cref="IPretextObjective.AfterUpdate"/>. A step with a NaN loss is skipped and leaves nothing behind.
/// </summary>
public sealed class PendingTensors
{
    private readonly List<(long Step, Tensor[] Tensors)> batches = [];

    /// <summary>Keeps tensors of one micro-batch; those of a step that was skipped are discarded.</summary>
    public void Add(StepContext step, params Tensor[] tensors)
    {
        batches.RemoveAll(batch => batch.Step != step.Step || batch.Tensors.Any(tensor => tensor.IsInvalid));
        batches.Add((step.Step, tensors));
    }

    /// <summary>Writes all tensors that wait, in the order of the micro-batches.</summary>
    public void Empty(Action<Tensor[]> write)
    {
        batches.ForEach(batch => write(batch.Tensors));
        batches.Clear();
    }
}
