using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// Options of <c>alexnet</c>; the defaults are the network as Caffe has it, with pools that round up, groups of two and local response
/// norm. Lists have a number for each convolution.
/// </summary>
public sealed record AlexNetOptions : IValidatableObject
{
    internal const int Convolutions = 5;
    internal static readonly int[] Kernels = [11, 5, 3, 3, 3];

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>Channels of each convolution; multiples of its groups and of the next one's.</summary>
    [Range(1, 16384)]
    public IReadOnlyList<int> Maps { get; init; } = [96, 256, 384, 384, 256];

    /// <summary>Strides; jigsaws of small tiles have 2 in the first convolution.</summary>
    [Range(1, 16)]
    public IReadOnlyList<int> Strides { get; init; } = [4, 1, 1, 1, 1];

    /// <summary>Zeros around the maps.</summary>
    [Range(0, 32)]
    public IReadOnlyList<int> Pads { get; init; } = [0, 2, 1, 1, 1];

    /// <summary>Groups of channels that do not see each other.</summary>
    [Range(1, 1024)]
    public IReadOnlyList<int> Groups { get; init; } = [1, 2, 1, 2, 2];

    /// <summary>Whether the first two layers end with local response norm over five channels.</summary>
    public bool LocalResponseNorm { get; init; } = true;

    /// <summary>Layers with batch norm, counted from 1; 6 is the first fully connected one.</summary>
    [Range(1, 16)]
    public IReadOnlyList<int> BatchNorm { get; init; } = [];

    /// <summary>Whether batch norm has a learned scale and shift.</summary>
    public bool BatchNormScale { get; init; } = true;

    /// <summary>Whether batch norm follows the ReLU instead of the convolution.</summary>
    public bool BatchNormAfterRelu { get; init; }

    /// <summary>What a ReLU lets through of negative numbers: 0.2 in BiGANs.</summary>
    [Range(0.0, 1.0)]
    public double LeakyRelu { get; init; }

    /// <summary>Whether the last windows of pools may reach over the edge, as Caffe's do.</summary>
    public bool PoolsRoundUp { get; init; } = true;

    /// <summary>Stride of the pool after the last convolution.</summary>
    [Range(1, 2)]
    public int LastPoolStride { get; init; } = 2;

    /// <summary>
    /// Units of the fully connected layers; with none, the network ends with the pool after the last convolution, and features are the
    /// mean over it.
    /// </summary>
    [Range(1, 65536)]
    public IReadOnlyList<int> FullyConnected { get; init; } = [4096, 4096];

    /// <summary>How the first fully connected layer takes maps that are larger than it is.</summary>
    public FullyConnectedKind FullyConnectedKind { get; init; }

    /// <summary>Side of the maps that the first fully connected layer takes whole.</summary>
    [Range(1, 64)]
    public int FullyConnectedSide { get; init; } = 6;

    /// <summary>Places between those that the first fully connected layer takes, if it runs as a convolution.</summary>
    [Range(1, 8)]
    public int FullyConnectedDilation { get; init; } = 1;

    /// <summary>Zeros around the maps that the first fully connected layer takes, if it runs as a convolution.</summary>
    [Range(0, 64)]
    public int FullyConnectedPad { get; init; }

    /// <summary>Whether fully connected layers have a bias.</summary>
    public bool FullyConnectedBias { get; init; } = true;

    /// <summary>Share of units that are dropped after each fully connected layer in training.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>Start weights.</summary>
    public AlexNetInitialization Initialization { get; init; }

    internal int LayerCount => Convolutions + FullyConnected.Count;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var lists = new[] { (nameof(Maps), Maps), (nameof(Strides), Strides), (nameof(Pads), Pads), (nameof(Groups), Groups) };
        foreach (var (name, list) in lists.Where(list => list.Item2.Count != Convolutions))
        {
            var key = char.ToLowerInvariant(name[0]) + name[1..];
            yield return new ValidationResult($"\"{key}\" must be {Convolutions} numbers, one for each convolution", [name]);
        }

        if (Array.TrueForAll(lists, list => list.Item2.Count == Convolutions)
            && Enumerable.Range(0, Convolutions).Any(i => Maps[i] % Groups[i] != 0 || (i > 0 && Maps[i - 1] % Groups[i] != 0)))
        {
            yield return new ValidationResult("\"maps\" must be multiples of the \"groups\" that take and give them", [nameof(Groups)]);
        }

        if (BatchNorm.Any(layer => layer > LayerCount))
        {
            yield return new ValidationResult($"\"batchNorm\" counts layers from 1, and there are {LayerCount}", [nameof(BatchNorm)]);
        }
    }
}

/// <summary>How a fully connected layer takes larger maps.</summary>
public enum FullyConnectedKind
{
    /// <summary>It runs over them as a convolution, and features are the mean over what it gives.</summary>
    Convolution,

    /// <summary>They are averaged to its size first.</summary>
    Linear,
}

/// <summary>Start weights of <c>alexnet</c>.</summary>
public enum AlexNetInitialization
{
    /// <summary>Caffe's "xavier" filler: <see cref="CaffeLayers"/>.</summary>
    Caffe,

    /// <summary>What PyTorch's layers have.</summary>
    Torch,

    /// <summary>
    /// Normal: of a convolution with a variance of 2 over the places and channels that a unit goes to, of fully connected layers with a
    /// deviation of 0.01.
    /// </summary>
    Normal,

    /// <summary>
    /// Krizhevsky's: normal with a deviation of 0.01; biases of 1 in the second, fourth and fifth convolution and in fully connected
    /// layers, of 0 in the others.
    /// </summary>
    Krizhevsky,
}
