using System.Globalization;

namespace SslFramework.Engine.Weights;

/// <summary>
/// Names the parts of torchvision's residual network of which a sequence was made, <c>Sequential(*list(resnet.children())[:-1])</c>, as
/// Lightly's methods do: 0 is the convolution, 1 its norm, 2 and 3 have no weights, 4 to 7 are the stages.
/// </summary>
internal static class NumberedResidualNetwork
{
    /// <summary>The key by which such a network is found.</summary>
    public const string Mark = "4.0.conv1.weight";

    /// <summary>The key of its first layer.</summary>
    public const string First = "0.weight";

    private const int FirstStage = 4;
    private const int LastStage = 7;

    /// <summary>Whether one lies behind a prefix.</summary>
    public static bool IsIn(string prefix, IReadOnlySet<string> keys) =>
        keys.Contains(prefix + First) && keys.Contains(prefix + "1.running_mean");

    /// <summary>Returns torchvision's key; any other key is returned unchanged.</summary>
    public static string TorchvisionKey(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || !int.TryParse(key[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? key : layer switch
        {
            0 => "conv1" + key[dot..],
            1 => "bn1" + key[dot..],
            >= FirstStage and <= LastStage => $"layer{layer - FirstStage + 1}{key[dot..]}",
            _ => key,
        };
    }
}
