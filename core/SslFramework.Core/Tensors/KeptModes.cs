namespace SslFramework.Core.Tensors;

/// <summary>
/// Puts the mode of a module and of everything in it back when disposed. Each has a mode of its own: a frozen part of a network
/// stays in evaluation mode while the rest trains.
/// </summary>
public sealed class KeptModes : IDisposable
{
    private readonly (nn.Module Module, bool IsTraining)[] modes;

    /// <summary>Keeps the modes that the modules have now.</summary>
    public KeptModes(nn.Module module) => modes = [.. module.modules().Prepend(module).Select(part => (part, part.training))];

    /// <summary>Puts the modes back.</summary>
    public void Dispose()
    {
        foreach (var (module, isTraining) in modes) // a module comes before what is in it, which its own mode changes
        {
            module.train(isTraining);
        }
    }
}
