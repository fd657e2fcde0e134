using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Files;

/// <summary>Finds the images in a folder.</summary>
internal static class ImageFiles
{
    /// <summary>The known formats, for messages.</summary>
    public const string Known = "JPEG, PNG, TIFF, WebP, BMP, GIF and TGA are known";

    private static readonly string[] Extensions =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".tga"];

    /// <summary>Walks the folder.</summary>
    /// <exception cref="ExperimentException">The folder is missing or cannot be read, or there is no image in it.</exception>
    public static FolderWalk Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException(
                FailureKind.Data, $"The folder of images '{folder}' does not exist; correct its path, or put the images there.");
        }

        FolderWalk found;
        try
        {
            found = FolderWalk.Of(folder, IsImage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Data, $"The folder of images '{folder}' cannot be read: {e.Message}", e);
        }

        return found.Files.Count > 0
            ? found
            : throw new ExperimentException(FailureKind.Data, $"The folder '{folder}' holds no image, {Instead(found.LeftOut, folder)}");
    }

    /// <summary>Whether a file's name has the extension of an image.</summary>
    public static bool HasImageName(ReadOnlySpan<char> name)
    {
        var extension = Path.GetExtension(name);
        foreach (var known in Extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // A usual extension is trusted, to save opening a million files here; others are recognized by their first bytes.
    private static bool IsImage(string name, string path) => HasImageName(name) || ForeignFile.IsImage(ForeignFile.HeadOf(path));

    private static string Instead(LeftOut left, string folder)
    {
        var remedy = left.Has(".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
            ? "; compressed shards are not read: unpack them to .tar files"
            : left.Has(".zip", ".7z", ".rar") ? "; archives are not read: unpack them, or make a tar of each"
            : left.Others > 0 ? $"; {ImageFiles.Known}" : "";
        var others = left.Others == 0
            ? "nor any other file"
            : $"but {left.Others:N0} other file{(left.Others == 1 ? "" : "s")} ({left.Kinds()})";
        var besides = string.Join(" ", left.Sentences(folder).Skip(left.Others == 0 ? 0 : 1));
        return $"{others}{(remedy.Length == 0 ? "; name another one" : remedy)}.{(besides.Length == 0 ? "" : $" {besides}")}";
    }
}
