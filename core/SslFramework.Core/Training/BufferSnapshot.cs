using SslFramework.Core.Optimization;

namespace SslFramework.Core.Training;

/// <summary>
/// A module's buffers as they were before a step. A forward pass changes them (batch statistics, queues), so that a step
/// which is not taken must give them back.
/// </summary>
internal sealed class BufferSnapshot : IDisposable
{
    private const long LargestBytes = 64 << 20; // a memory bank of a million images would cost more than the step

    private readonly Tensor[] live;
    private readonly Tensor[] kept;

    public BufferSnapshot(nn.Module module)
    {
        var all = module.named_buffers().Select(pair => pair.buffer).ToArray();
        live = [.. all.Where(buffer => buffer.numel() * buffer.ElementSize <= LargestBytes)];
        IsComplete = live.Length == all.Length;
        kept = [.. live.Select(buffer => empty_like(buffer).DetachFromDisposeScope())];
    }

    /// <summary>Whether it holds every buffer; those above 64 MiB are left out.</summary>
    public bool IsComplete { get; }

    public void Take() => Copy(kept, live);

    public void Restore() => Copy(live, kept);

    public void Dispose() => Array.ForEach(kept, tensor => tensor.Dispose());

    private static void Copy(Tensor[] targets, Tensor[] sources)
    {
        using var gradient = no_grad();
        TensorLists.Copy(targets, sources);
    }
}
