namespace SslFramework.Core.Tensors;

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

    /// <summary>A GPU's generator cannot be read, and so not be put back.</summary>
    /// <param name="module">What would run twice.</param>
    /// <param name="device">Where.</param>
    /// <param name="option">What makes it run twice.</param>
    /// <exception cref="ExperimentException">It drops something out there, and would drop something else the second time.</exception>
    public static void EnsurePossible(nn.Module module, DeviceType device, string option)
    {
        if (device != DeviceType.CPU && RandomLayers.Within(module).Any(layer => layer.training))
        {
            throw new ExperimentException(
                FailureKind.Config, $"{option} runs the backbone twice, and its dropout would drop something else the second time on this device; set \"dropout\" to 0 in \"backbone\", or leave {option} out.");
        }
    }

    public void Dispose()
    {
        buffers.Restore();
        buffers.Dispose();
        now.Dispose();
    }
}
