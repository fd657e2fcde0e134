namespace SslFramework.Core.Optimization;

/// <summary>The parameters that an optimizer moves, with their names in the state dict.</summary>
public sealed record NamedParameters(IReadOnlyList<(string Name, Parameter Value)> Items);
