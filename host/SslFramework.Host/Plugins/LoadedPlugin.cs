namespace SslFramework.Host.Plugins;

/// <summary>A plugin that is in use.</summary>
/// <param name="Name">Its assembly's name.</param>
/// <param name="Version">Its assembly's informational version.</param>
/// <param name="Folder">Where it was found.</param>
/// <param name="Sha256">Of its main assembly, in lower-case hexadecimal digits.</param>
internal sealed record LoadedPlugin(string Name, string Version, string Folder, string Sha256)
{
    /// <summary>Why not to trust it, where there is a reason.</summary>
    public string? Warning { get; init; }

    /// <summary>The version of the framework that it was built for, if it says so.</summary>
    public string? Contract { get; init; }

    /// <summary>Where its files were loaded from, if that is not where they were found.</summary>
    public string? Copy { get; init; }
}

/// <summary>A plugin that cannot be used; the others can.</summary>
/// <param name="Folder">Where it was found.</param>
/// <param name="Sentence">Why, and what to do.</param>
internal sealed record RefusedPlugin(string Folder, string Sentence);
