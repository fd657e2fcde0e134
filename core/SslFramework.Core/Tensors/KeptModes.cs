namespace SslFramework.Core.Tensors;

/// <summary>
/// Restores the mode of a module and of everything in it when disposed. Each has a mode of its own: a frozen part of a network
/// stays in evaluation mode while the rest trains.
/// </summary>
public sealed class KeptModes : IDisposable
{
    private readonly (nn.Module Module, bool IsTraining)[] modes;

    /// <summary>Records the modes that the modules have now.</summary>
    public KeptModes(nn.Module module) => modes = [.. module.modules().Prepend(module).Select(part => (part, part.training))];

    /// <summary>Restores the modes.</summary>
    public void Dispose()
    {
        foreach (var (module, isTraining) in modes) // a module comes before its children, whose modes it changes too
        {
            module.train(isTraining);
        }
    }
}
