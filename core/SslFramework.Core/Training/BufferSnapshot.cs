namespace SslFramework.Core.Training;

/// <summary>
/// A module's buffers as they were before a step. A forward pass changes them (batch statistics, queues), so that a step
/// which is not taken must give them back.
/// </summary>
internal sealed class BufferSnapshot : IDisposable
{
    private const long LargestBytes = 64 << 20; // a memory bank of a million images would cost more than the step

    private readonly (Tensor Live, Tensor Kept)[] buffers;

    public BufferSnapshot(nn.Module module)
    {
        var all = module.named_buffers().Select(pair => pair.buffer).ToArray();
        var small = all.Where(buffer => buffer.numel() * buffer.ElementSize <= LargestBytes).ToArray();
        IsComplete = small.Length == all.Length;
        buffers = [.. small.Select(buffer => (buffer, empty_like(buffer).DetachFromDisposeScope()))];
    }

    /// <summary>Whether it holds every buffer; those above 64 MiB are left out.</summary>
    public bool IsComplete { get; }

    public void Take()
    {
        using var gradient = no_grad();
        foreach (var (live, kept) in buffers)
        {
            kept.copy_(live);
        }
    }

    public void Restore()
    {
        using var gradient = no_grad();
        foreach (var (live, kept) in buffers)
        {
            live.copy_(kept);
        }
    }

    public void Dispose() => Array.ForEach(buffers, pair => pair.Kept.Dispose());
}
