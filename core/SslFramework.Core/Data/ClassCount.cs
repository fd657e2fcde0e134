namespace SslFramework.Core.Data;

/// <summary>A class and how many images it has.</summary>
public sealed record ClassCount(string Name, int Images);
