namespace SslFramework.Core.Tensors;

/// <summary>
/// Restores the state of torch's own generator when disposed: what draws from it meanwhile (start weights, dropout) leaves no
/// trace in what comes after. On the CPU only; TorchSharp cannot read a GPU's generator.
/// </summary>
public sealed class KeptRandomState : IDisposable
{
    private readonly Tensor state = get_rng_state().DetachFromDisposeScope();

    /// <summary>Restores the state.</summary>
    public void Dispose()
    {
        Set(state);
        state.Dispose();
    }

    /// <summary>Sets the generator to an earlier state.</summary>
    /// <param name="state">A state from <c>get_rng_state</c>.</param>
    internal static void Set(Tensor state)
    {
#pragma warning disable RS0030 // Aborts the process on a tensor of another kind; this one is torch's own.
        set_rng_state(state);
#pragma warning restore RS0030
    }
}
