namespace SslFramework;

/// <summary>
/// Marks a string option as the path of a file or folder that a component reads. A relative path is resolved against the experiment
/// file's folder, and one that leads nowhere is refused before anything is built; an empty text and null name nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute;
