namespace SslFramework.Core.Weights;

/// <summary>The content of a safetensors file.</summary>
/// <param name="Tensors">Tensors on the CPU, by name.</param>
/// <param name="Metadata">Texts by name.</param>
public sealed record SafeTensorsFile(
    IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
