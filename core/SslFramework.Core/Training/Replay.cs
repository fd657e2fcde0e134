namespace SslFramework.Core.Training;

/// <summary>
/// A forward pass that runs a second time must be the first one: until Dispose torch's generator draws what it drew then, and
/// what the pass changes in buffers (running statistics) is taken back.
/// </summary>
internal sealed class Replay : IDisposable
{
    private readonly KeptRandomState now = new();
    private readonly BufferSnapshot buffers;

    /// <summary>Begins.</summary>
    /// <param name="module">What runs.</param>
    /// <param name="random">State of torch's generator before the first pass.</param>
    public Replay(nn.Module module, Tensor random)
    {
        buffers = new BufferSnapshot(module);
        buffers.Take();
        KeptRandomState.Set(random);
    }

    public void Dispose()
    {
        buffers.Restore();
        buffers.Dispose();
        now.Dispose();
    }
}
