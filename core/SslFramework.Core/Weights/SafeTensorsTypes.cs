namespace SslFramework.Core.Weights;

/// <summary>Names of number types in safetensors files.</summary>
internal static class SafeTensorsTypes
{
    private static readonly (string Name, ScalarType Type)[] All =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    public static string Names => string.Join(", ", All.Select(pair => pair.Name));

    public static ScalarType? Parse(string name) =>
        Array.Find(All, pair => pair.Name == name) is { Name: not null } found ? found.Type : null;

    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static string Name(ScalarType type) =>
        Array.Find(All, pair => pair.Type == type) is { Name: not null } found
            ? found.Name
            : throw new ArgumentException($"Tensors of {type} cannot be saved; use one of {Names}.", nameof(type));
}
