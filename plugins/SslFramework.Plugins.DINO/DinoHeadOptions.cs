using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DINO;

/// <summary>The head of both networks: a perceptron, a unit vector, and its cosine with each of K prototypes.</summary>
public sealed record DinoHeadOptions
{
    /// <summary>Linear layers of the perceptron.</summary>
    [Range(1, 8)]
    public int Layers { get; init; } = 3;

    /// <summary>Width of its hidden layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 2048;

    /// <summary>D, the length of the vector that is compared with prototypes.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 256;

    /// <summary>K, the number of prototypes; 1,024 to 4,096 for small data.</summary>
    [Range(2, 1 << 20)]
    public int Prototypes { get; init; } = 65536;

    /// <summary>Whether batch norm follows each hidden layer.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>
    /// Whether the lengths of prototypes are trained; if not, they stay 1. Null takes the method's own: only DINOv2 trains them.
    /// </summary>
    public bool? TrainLength { get; init; }
}
