namespace SslFramework;

/// <summary>Marks a string option as a path; a relative path is resolved against the experiment file's folder.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute;
