namespace SslFramework.Core.Data;

/// <summary>Some images, and those of them that look wrong.</summary>
public sealed record PartOfImages(int Images, int Suspect);
