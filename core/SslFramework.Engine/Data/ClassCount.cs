namespace SslFramework.Engine.Data;

/// <summary>A class and how many images it has.</summary>
internal sealed record ClassCount(string Name, int Images);
