namespace SslFramework.Core.Tensors;

/// <summary>Weights that are NaN or infinite are never saved as healthy ones, nor loaded from elsewhere.</summary>
internal static class FiniteWeights
{
    /// <exception cref="DivergenceException">A parameter or buffer holds NaN or infinity.</exception>
    public static void Ensure(nn.Module module, long step)
    {
        using var gradient = no_grad();
        foreach (var (name, tensor) in StateDict.Of(module))
        {
            if (!AreFinite(tensor, tensor.dtype))
            {
                throw new DivergenceException(step, $"The weights \"{name}\" are not finite after step {step}, and are not saved");
            }
        }
    }

    /// <summary>
    /// Whether every number of a tensor is finite in the type that it is stored in: a number too large for it becomes infinite.
    /// </summary>
    public static bool AreFinite(Tensor tensor, ScalarType kept)
    {
        using var scope = NewDisposeScope();
        return !tensor.is_floating_point() || (tensor.dtype == kept ? tensor : tensor.to(kept)).isfinite().all().item<bool>();
    }
}
