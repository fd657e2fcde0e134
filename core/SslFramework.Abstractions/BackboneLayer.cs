namespace SslFramework;

/// <summary>One layer of a backbone.</summary>
/// <param name="Name">Its name in the state dict, such as <c>layer2</c> or <c>blocks.3</c>.</param>
/// <param name="Parameters">Its own parameters.</param>
public sealed record BackboneLayer(string Name, IReadOnlyList<Parameter> Parameters);
