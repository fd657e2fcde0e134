namespace SslFramework.Core.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">On the CPU, by name.</param>
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
