namespace SslFramework.Engine.Data;

/// <summary>Some images, and those of them that look wrong.</summary>
internal sealed record PartOfImages(int Images, int Suspect);
