namespace SslFramework.Engine.Weights.Torch;

/// <summary>What a pickle may be made of: texts and numbers, these, and nothing that can do anything.</summary>
internal abstract class Pickled
{
    /// <summary>Far deeper than any weights lie.</summary>
    private const int DeepestNesting = 64;

    /// <summary>How many containers lie in one another here.</summary>
    public int Depth { get; private set; } = 1;

    protected void Holds(object? item)
    {
        Depth = Math.Max(Depth, item is Pickled inner ? inner.Depth + 1 : 1);
        if (Depth > DeepestNesting)
        {
            throw new FormatException($"its containers lie more than {DeepestNesting} deep in one another");
        }
    }
}

/// <summary>A tuple.</summary>
internal sealed class PickledTuple : Pickled
{
    public PickledTuple(object?[] items)
    {
        Items = items;
        Array.ForEach(items, Holds);
    }

    public object?[] Items { get; }
}

/// <summary>A list.</summary>
internal sealed class PickledList : Pickled
{
    private readonly List<object?> items = [];

    public IReadOnlyList<object?> Items => items;

    public void Add(object? item)
    {
        Holds(item);
        items.Add(item);
    }
}

/// <summary>A dictionary, ordered or not. Keys that are no texts are of no use here, and what stands at them is left out.</summary>
internal sealed class PickledDictionary : Pickled
{
    private readonly Dictionary<string, object?> items = [];

    public IReadOnlyDictionary<string, object?> Items => items;

    public void Set(object? key, object? value)
    {
        Holds(value);
        if (key is string name)
        {
            items[name] = value;
        }
        else if (key is not (long or bool or double or null))
        {
            throw new FormatException("it has a dictionary whose keys are neither texts nor numbers");
        }
    }
}

/// <summary>One of the few names that a pickle may use: a storage's type, or what builds a tensor or a container.</summary>
internal sealed record PickledName(string Name);

/// <summary>What lies beside weights, such as the command line's arguments, a device or a number of NumPy's: nothing of it is kept.</summary>
internal sealed class PickledAside : Pickled;

/// <summary>Numbers that lie elsewhere in the file.</summary>
/// <param name="Key">Where.</param>
/// <param name="Type">Of which type.</param>
/// <param name="Count">How many.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count);

/// <summary>A view of a storage, every number of which lies within it.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
