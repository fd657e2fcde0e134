using System.Security.Cryptography;
using System.Text;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Weights;

/// <summary>Which weights these are: a hash of every parameter and buffer of a module with its name and shape.</summary>
internal static class WeightHash
{
    /// <summary>16 hexadecimal digits of a SHA-256; the same for the same weights on any device.</summary>
    public static string Of(nn.Module module) => Of(StateDict.Of(module));

    /// <summary>The same of tensors by name, such as those of a file.</summary>
    public static string Of(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {tensor.dtype} [{string.Join(',', tensor.shape)}]\n"));
            using var scope = NewDisposeScope();
            foreach (var part in tensor.detach().cpu().contiguous().view(-1).split(1 << 26)) // Tensor.bytes ends at 2 GB
            {
                hash.AppendData(part.bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
