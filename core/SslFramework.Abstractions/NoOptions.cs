namespace SslFramework;

/// <summary>For components that have no options.</summary>
public sealed record NoOptions;
