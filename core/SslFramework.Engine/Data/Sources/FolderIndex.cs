using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>
/// The images of a folder in ordinal order of their paths, in some 30 bytes each. The index of a large folder is kept, and
/// believed as long as no folder in it has changed: adding, removing or renaming a file changes its folder's time.
/// </summary>
internal sealed class FolderIndex
{
    private const string Kind = "folder";

    // Times of files are coarse: a folder that changed just before it was listed may have changed again unnoticed.
    private static readonly TimeSpan Coarseness = TimeSpan.FromSeconds(2);

    private readonly NameTable folders; // relative, with '/' at the end, or empty
    private readonly NameTable names;
    private readonly int[] folderOf;

    private FolderIndex(NameTable folders, NameTable names, int[] folderOf, IReadOnlyList<string> notes) =>
        (this.folders, this.names, this.folderOf, Notes) = (folders, names, folderOf, notes);

    /// <summary>Number of images.</summary>
    public int Count => folderOf.Length;

    /// <summary>Number of folders that images lie in.</summary>
    public int Folders => folders.Count;

    /// <summary>What was left out, and what was followed.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads or makes the index of a folder.</summary>
    /// <exception cref="ExperimentException">The folder is missing or cannot be read, or there is no image in it.</exception>
    public static FolderIndex Open(string root)
    {
        if (IndexCache.Open(Kind, root) is { } reader && Unchanged(root, reader))
        {
            return new FolderIndex(new NameTable(reader), new NameTable(reader), reader.ReadArray<int>(), new NameTable(reader).ToArray());
        }

        var listed = TimeProvider.System.GetUtcNow().UtcDateTime - Coarseness;
        var found = ImageFiles.Find(root);
        var index = Make(found.Files, found.LeftOut.Sentences(root));
        if (index.Count >= IndexCache.KeptFrom)
        {
            IndexCache.Save(Kind, root, writer =>
            {
                writer.Write(!found.LeftOut.MayComeBack && found.Folders.All(folder => folder.Changed < listed) ? 1 : 0);
                new NameTable([.. found.Folders.Select(folder => folder.Path)]).Write(writer);
                writer.Write(found.Folders.Select(folder => folder.Changed.Ticks).ToArray());
                index.folders.Write(writer);
                index.names.Write(writer);
                writer.Write(index.folderOf);
                new NameTable(index.Notes).Write(writer);
            });
        }

        return index;
    }

    /// <summary>The path of image <paramref name="index"/>, relative, with '/' between names.</summary>
    public string PathOf(int index) => folders[folderOf[index]] + names[index];

    /// <summary>The number of the folder that image <paramref name="index"/> lies in.</summary>
    public int FolderOf(int index) => folderOf[index];

    /// <summary>The first name in the path of a folder, or null for the root itself.</summary>
    public string? TopOf(int folder) => folders[folder].Split('/')[0] is { Length: > 0 } top ? top : null;

    private static FolderIndex Make(List<string> paths, IReadOnlyList<string> notes)
    {
        var numbers = new Dictionary<string, int>();
        var folderOf = new int[paths.Count];
        var names = new string[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            var end = paths[i].LastIndexOf('/') + 1;
            var folder = paths[i][..end];
            if (!numbers.TryGetValue(folder, out folderOf[i]))
            {
                numbers.Add(folder, folderOf[i] = numbers.Count);
            }

            names[i] = paths[i][end..];
        }

        return new FolderIndex(new NameTable([.. numbers.Keys]), new NameTable(names), folderOf, notes);
    }

    private static bool Unchanged(string root, IndexReader reader)
    {
        var settled = reader.ReadInt64() == 1;
        var (all, changed) = (new NameTable(reader), reader.ReadArray<long>());
        return settled && Enumerable.Range(0, all.Count).All(i => FolderWalk.Changed(Path.Combine(root, all[i])).Ticks == changed[i]);
    }
}
