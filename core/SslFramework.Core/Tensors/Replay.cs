namespace SslFramework.Core.Tensors;

/// <summary>
/// A forward pass that runs a second time must repeat the first one: until Dispose torch's generator draws what it drew then, and
/// changes of buffers by the pass (running statistics) are undone.
/// </summary>
internal sealed class Replay : IDisposable
{
    private readonly KeptRandomState now = new();
    private readonly BufferSnapshot buffers;

    /// <summary>Starts the replay.</summary>
    /// <param name="module">The module that runs again.</param>
    /// <param name="random">State of torch's generator before the first pass.</param>
    public Replay(nn.Module module, Tensor random)
    {
        buffers = new BufferSnapshot(module);
        buffers.Capture();
        KeptRandomState.Set(random);
    }

    /// <summary>Refuses what cannot be replayed, because a GPU's generator can be neither read nor restored.</summary>
    /// <param name="module">The module that would run twice.</param>
    /// <param name="device">The device that it runs on.</param>
    /// <param name="option">The option that makes it run twice.</param>
    /// <exception cref="ExperimentException">It drops something there, and would drop something else the second time.</exception>
    public static void EnsurePossible(nn.Module module, DeviceType device, string option)
    {
        if (device != DeviceType.CPU && RandomLayers.Within(module).Any(layer => layer.training))
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"{option} runs the backbone twice, and its dropout would drop something else the second time on this device; "
                + $"set \"dropout\" to 0 in \"backbone\", or leave {option} out.");
        }
    }

    public void Dispose()
    {
        buffers.Restore();
        buffers.Dispose();
        now.Dispose();
    }
}
