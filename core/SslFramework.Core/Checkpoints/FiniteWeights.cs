using SslFramework.Core.Training;

namespace SslFramework.Core.Checkpoints;

/// <summary>Weights that are not numbers are never saved as healthy ones.</summary>
internal static class FiniteWeights
{
    /// <exception cref="DivergenceException">A parameter or buffer holds NaN or infinity.</exception>
    public static void Ensure(nn.Module module, long step)
    {
        using var gradient = no_grad();
        foreach (var (name, tensor) in StateDict.Of(module).Where(pair => pair.Value.is_floating_point()))
        {
            using var scope = NewDisposeScope();
            if (!tensor.isfinite().all().item<bool>())
            {
                throw new DivergenceException(step, $"The weights \"{name}\" are not finite after step {step}, and are not saved");
            }
        }
    }
}
