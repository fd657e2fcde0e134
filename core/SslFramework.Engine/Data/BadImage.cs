namespace SslFramework.Engine.Data;

/// <summary>An image that could not be used.</summary>
/// <param name="Index">Its number in its source.</param>
/// <param name="Reason">What is wrong with it, by name.</param>
internal sealed record BadImage(int Index, string Reason);
