namespace SslFramework.Engine.Data.Files;

/// <summary>Names of files that a list or an annotation gives: they must stay in the folder of the images.</summary>
internal static class ListedName
{
    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>Whether a name leads to a place in the folder, as far as the name alone tells.</summary>
    public static bool IsInside(string name) =>
        name.Length > 0
        && !name.Contains('\0')
        && !Path.IsPathRooted(name)
        && name.Split(Separators) is var parts
        && parts.All(part => part is not (".." or "") && !part.EndsWith(':'));
}
