namespace SslFramework.Engine.Weights.Torch;

/// <summary>What a pickle may consist of: texts, numbers and these, none of which can run anything.</summary>
internal abstract class Pickled
{
    /// <summary>Far deeper than any weights are nested.</summary>
    private const int DeepestNesting = 64;

    /// <summary>The depth of nested containers.</summary>
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

/// <summary>A dictionary, ordered or not. Keys that are not texts are of no use here and are left out with their values.</summary>
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

/// <summary>One of the few names that a pickle may use: a storage's type, or a function that builds a tensor or a container.</summary>
internal sealed record PickledName(string Name);

/// <summary>
/// An object saved beside weights, such as the command line's arguments, a device or a NumPy number: nothing of it is kept.
/// </summary>
internal sealed class PickledIgnored : Pickled;

/// <summary>Numbers stored elsewhere in the file.</summary>
/// <param name="Key">The storage's key.</param>
/// <param name="Type">Type of its numbers.</param>
/// <param name="Count">Number of its numbers.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count);

/// <summary>A view of a storage that lies fully inside it.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
