namespace SslFramework.Core.Weights;

/// <summary>
/// How others name the weights of a family of backbones. A plugin registers one with its backbones, so that <c>ssl import</c> and all
/// else that reads weights finds its networks in their files.
/// </summary>
public abstract class ForeignFamily
{
    private const int Largest = 1 << 16;

    /// <summary>Keys by which a network of the family is known, one per naming scheme, whatever stands before them in a file.</summary>
    public abstract IReadOnlyList<string> Marks { get; }

    /// <summary>Names a weight as the backbone does.</summary>
    /// <param name="key">A file's key, without what stands before the network's.</param>
    /// <returns>The backbone's key; null for a classifier and what else no backbone has; a key of neither is returned unchanged.</returns>
    protected abstract string? OwnKey(string key);

    /// <summary>Names weights as the backbone does, and leaves out those that it does not have.</summary>
    /// <param name="weights">A file's weights, without what stands before the network's keys.</param>
    /// <exception cref="ExperimentException">Two of them are the same weight.</exception>
    public virtual IReadOnlyDictionary<string, Tensor> Own(IReadOnlyDictionary<string, Tensor> weights)
    {
        var own = new Dictionary<string, Tensor>();
        foreach (var (key, value) in weights)
        {
            if (OwnKey(key) is { } name && !own.TryAdd(name, OwnValue(name, value)))
            {
                throw new ExperimentException(
                    FailureKind.Checkpoint, $"The weights hold '{name}' twice; save them again under the names of torchvision or timm.");
            }
        }

        return own;
    }

    /// <summary>Gives a weight the shape that the backbone's has.</summary>
    /// <param name="key">The backbone's key.</param>
    /// <param name="value">The file's weight.</param>
    protected virtual Tensor OwnValue(string key, Tensor value) => value;

    /// <summary>Tells by keys and shapes which backbone it is.</summary>
    /// <param name="own">Weights by the backbone's keys.</param>
    /// <param name="file">The same weights by the file's, which may tell whose code they were trained by.</param>
    /// <exception cref="ExperimentException">It is none of the family.</exception>
    public abstract ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file);

    /// <summary>The shape of a weight that every network of the family has.</summary>
    /// <exception cref="ExperimentException">It is missing, or is no such weight.</exception>
    protected static long[] Shape(IReadOnlyDictionary<string, Tensor> weights, string key, int dimensions) =>
        weights.TryGetValue(key, out var weight) && weight.ndim == dimensions && weight.shape.All(size => size is > 0 and < Largest)
            ? weight.shape
            : throw new ExperimentException(
                FailureKind.Checkpoint, $"The weights lack '{key}' of {dimensions} dimensions, by which their network is known.");

    /// <summary>How many keys a numbered part has: those for which there is a weight, counted from 0.</summary>
    /// <param name="weights">Weights by the backbone's keys.</param>
    /// <param name="key">The key of a number.</param>
    protected static int Count(IReadOnlyDictionary<string, Tensor> weights, Func<int, string> key) =>
        Enumerable.Range(0, 256).TakeWhile(number => weights.ContainsKey(key(number))).Count();

    /// <summary>Whether a key is one of a classifier or another head.</summary>
    protected static bool IsHead(string key) => key.Split('.')[0] is "head" or "fc" or "classifier" or "head_dist";
}

/// <summary>A backbone that others' weights are of.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Options">Its options by their names in experiments; null ones are left out.</param>
/// <param name="Channels">Channels of its images.</param>
public sealed record ForeignNetwork(string Name, IReadOnlyList<(string Key, object? Value)> Options, int Channels);
