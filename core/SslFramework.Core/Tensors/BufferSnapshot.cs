using SslFramework.Core.Optimization;

namespace SslFramework.Core.Tensors;

/// <summary>
/// A module's buffers as they were before a step. A forward pass changes them (batch statistics, queues), so that they
/// must be restored if a step is skipped.
/// </summary>
internal sealed class BufferSnapshot : IDisposable
{
    private const long LargestBytes = 64 << 20; // a memory bank of a million images would cost more than the step

    private readonly Tensor[] live;
    private readonly Tensor[] kept;
    private readonly (string Name, Tensor Buffer)[] left;

    public BufferSnapshot(nn.Module module)
    {
        var isSmall = module.named_buffers().ToLookup(pair => pair.buffer.numel() * pair.buffer.ElementSize <= LargestBytes);
        live = [.. isSmall[true].Select(pair => pair.buffer)];
        left = [.. isSmall[false]];
        kept = [.. live.Select(buffer => empty_like(buffer).DetachFromDisposeScope())];
    }

    /// <summary>Whether it holds every buffer; those above 64 MiB are left out.</summary>
    public bool IsComplete => left.Length == 0;

    public void Capture() => Copy(kept, live);

    public void Restore() => Copy(live, kept);

    /// <summary>Call after a skipped step: buffers that could not be restored must not hold its numbers.</summary>
    /// <exception cref="ObjectiveException">A buffer that was left out holds NaN or infinity.</exception>
    public void EnsureFinite()
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        if (left.FirstOrDefault(pair => pair.Buffer.is_floating_point() && !pair.Buffer.isfinite().all().item<bool>())
            is { Name: { } name })
        {
            throw new ObjectiveException(
                $"The step that is not taken has left NaN or infinity in the buffer \"{name}\", "
                + $"which is too large to be kept and given back; change buffers above {LargestBytes >> 20} MiB in AfterUpdate alone.");
        }
    }

    public void Dispose() => Array.ForEach(kept, tensor => tensor.Dispose());

    private static void Copy(Tensor[] targets, Tensor[] sources)
    {
        using var gradient = no_grad();
        TensorLists.Copy(targets, sources);
    }
}
