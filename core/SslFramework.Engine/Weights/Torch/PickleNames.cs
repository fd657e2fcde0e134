namespace SslFramework.Engine.Weights.Torch;

/// <summary>The names that a pickle of weights may use, and what each builds. Any other name ends the reading.</summary>
internal static class PickleNames
{
    private const int MostDimensions = 64; // libtorch's own limit
    private const string OrderedDictionary = "collections.OrderedDict";
    private const string DefaultDictionary = "collections.defaultdict";
    private const string Size = "torch.Size";
    private const string Tensor = "torch._utils._rebuild_tensor";
    private const string TensorV2 = "torch._utils._rebuild_tensor_v2";
    private const string Parameter = "torch._utils._rebuild_parameter";

    private static readonly string[] Builders = [OrderedDictionary, DefaultDictionary, Size, Tensor, TensorV2, Parameter];

    private static readonly string[] Builtins =
    [
        "list", "dict", "set", "frozenset", "tuple", "int", "float", "complex", "bool", "str", "bytes", "bytearray", "slice", "range",
    ];

    /// <summary>What training scripts save beside weights: arguments, devices, NumPy numbers, times. Nothing is made of it.</summary>
    private static readonly string[] Ignored =
    [
        "argparse.Namespace", "torch.device",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.uint8",
        "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct", "numpy.ndarray", "numpy.dtype",
        "numpy.float64", "numpy.float32", "numpy.int64",
        "_codecs.encode", "collections.Counter", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath",
        "datetime.datetime", "datetime.date", "datetime.timedelta",
        .. Builtins.SelectMany(name => new[] { $"builtins.{name}", $"__builtin__.{name}" }),
    ];

    private static readonly Dictionary<string, ScalarType> Storages = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    public static PickledName Find(string module, string name)
    {
        var full = $"{module}.{name}".Replace("numpy._core.", "numpy.core.", StringComparison.Ordinal); // its name since NumPy 2
        return Builders.Contains(full) || Ignored.Contains(full) || Storages.ContainsKey(full)
            ? new PickledName(full)
            : throw new FormatException(
                $"it asks for {TorchFile.Quote(full)}, and nothing but tensors and containers is read: no code of a file is run");
    }

    /// <summary>Builds the result of a call.</summary>
    /// <param name="called">The name that is called.</param>
    /// <param name="arguments">The arguments, a tuple.</param>
    /// <param name="isCall">Whether it is called; otherwise it is made as a bare object, which is only allowed beside weights.</param>
    public static object Build(object? called, object? arguments, bool isCall) => (called, arguments) switch
    {
        (PickledName { Name: var name }, PickledTuple) when Ignored.Contains(name) => new PickledIgnored(),
        _ when !isCall => throw new FormatException("it makes an object of other than what lies beside weights"),
        (PickledName { Name: OrderedDictionary }, PickledTuple { Items: [] }) => new PickledDictionary(),
        (PickledName { Name: DefaultDictionary }, PickledTuple { Items: [] or [PickledName] }) => new PickledDictionary(),
        (PickledName { Name: OrderedDictionary }, PickledTuple { Items: [PickledList pairs] }) => Dictionary(pairs),
        (PickledName { Name: Size }, PickledTuple { Items: [PickledTuple size] }) => size,
        (PickledName { Name: Tensor }, PickledTuple
        {
            Items: [PickledStorage storage, long offset, PickledTuple shape, PickledTuple strides]
        }) => View(storage, offset, shape, strides),
        (PickledName { Name: TensorV2 }, PickledTuple
        {
            Items:
            [
                PickledStorage storage, long offset, PickledTuple shape, PickledTuple strides,
                bool, PickledDictionary, .. { Length: <= 1 }
            ]
        }) => View(storage, offset, shape, strides),
        (PickledName { Name: Parameter }, PickledTuple { Items: [PickledTensor tensor, bool, PickledDictionary] }) => tensor,
        (PickledName { Name: var name }, _) => throw new FormatException($"it calls {name} with arguments that PyTorch does not write"),
        _ => throw new FormatException("it calls what is no name"),
    };

    /// <summary>A persistent id: ("storage", type, key, device, count), in older files with an unused view.</summary>
    public static PickledStorage Storage(object? id) =>
        id is PickledTuple { Items: ["storage", PickledName type, string key, string, long count, .. { Length: <= 1 } view] }
        && view is [] or [null] && count >= 0 && key.Length <= 64 && Storages.TryGetValue(type.Name, out var number)
            ? new PickledStorage(key, number, count)
            : throw new FormatException("it refers to numbers in a way that PyTorch does not write");

    private static PickledDictionary Dictionary(PickledList pairs)
    {
        var dictionary = new PickledDictionary();
        foreach (var pair in pairs.Items)
        {
            var items = (pair as PickledTuple)?.Items ?? (pair as PickledList)?.Items;
            _ = items is { Count: 2 } ? 0 : throw new FormatException("it makes a dictionary of other than pairs");
            dictionary.Set(items[0], items[1]);
        }

        return dictionary;
    }

    private static PickledTensor View(PickledStorage storage, long offset, PickledTuple shape, PickledTuple strides)
    {
        var (sizes, steps) = (Numbers(shape), Numbers(strides));
        if (sizes.Length != steps.Length || sizes.Length > MostDimensions || offset < 0)
        {
            throw new FormatException("it has a tensor whose shape, strides and offset do not fit together");
        }

        try
        {
            // Tensors that repeat numbers (stride 0) must not be larger than the data: a small file could otherwise fill the memory.
            var count = sizes.Aggregate(1L, (product, size) => checked(product * Math.Max(1, size)));
            var last = sizes.Zip(steps).Aggregate(offset, (sum, pair) => checked(sum + (Math.Max(0, pair.First - 1) * pair.Second)));
            return sizes.Contains(0) || (last < storage.Count && count <= storage.Count)
                ? new PickledTensor(storage, offset, sizes, steps)
                : throw new FormatException($"it has a tensor that reaches beyond the {storage.Count} numbers that it is a view of");
        }
        catch (OverflowException e)
        {
            throw new FormatException("it has a tensor of more numbers than there can be", e);
        }
    }

    private static long[] Numbers(PickledTuple tuple) =>
        [.. tuple.Items.Select(item =>
            item is long number and >= 0 ? number : throw new FormatException("it has a shape or strides that are no numbers from 0"))];
}
