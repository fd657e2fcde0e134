namespace SslFramework.Engine.Data.Files;

/// <summary>Counts what a source finds beside its images and does not read, and reports it.</summary>
internal sealed class LeftOut
{
    private const int Named = 3;
    private readonly SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);
    private readonly Tally hidden = new("hidden file or folder was", "hidden files and folders were");
    private readonly Tally unreadable = new("file or folder that may not be read was", "files and folders that may not be read were");
    private readonly Tally special = new("pipe, socket, device or link was", "pipes, sockets, devices and links were");
    private readonly Tally broken = new("link that leads nowhere was", "links that lead nowhere were");
    private readonly Tally loops = new("link to a folder that it lies in was", "links to a folder that they lie in were");
    private readonly Tally further = new("further image of a sample was", "further images of samples were");
    private int linkedFolders;
    private int linkedFiles;

    /// <summary>
    /// Whether something may appear at the next look although no folder changes, because changes of rights leave no trace.
    /// </summary>
    public bool MayComeBack => unreadable.Count > 0 || broken.Count > 0;

    /// <summary>Counts a file that is not an image.</summary>
    public void Other(string name)
    {
        var kind = KindOf(name);
        kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
    }

    public void Hidden(string name) => hidden.Add(name);

    public void Unreadable(string name) => unreadable.Add(name);

    /// <summary>Counts something that is neither a file nor a folder.</summary>
    public void Special(string name) => special.Add(name);

    public void BrokenLink(string name) => broken.Add(name);

    public void Loop(string name) => loops.Add(name);

    /// <summary>Counts an image of a sample that has another one.</summary>
    public void FurtherImage(string name) => further.Add(name);

    /// <summary>Counts a link that is followed, which users should know as well.</summary>
    public void Followed(bool isFolder) => _ = isFolder ? linkedFolders++ : linkedFiles++;

    /// <summary>One sentence per kind of thing.</summary>
    /// <param name="place">The folder or shards, for the sentences.</param>
    public IReadOnlyList<string> Sentences(string place)
    {
        string[] said =
        [
            kinds.Count == 0
                ? ""
                : $"{Plural(kinds.Values.Sum(), "file of another kind was", "files of other kinds were")} left out ({Kinds()})",
            hidden.Say(), unreadable.Say(), special.Say(), broken.Say(), loops.Say(),
            further.Count == 0 ? "" : $"{further.Say()}; \"extension\" of the data source chooses which image of a sample counts",
            linkedFolders + linkedFiles == 0
                ? ""
                : $"{Plural(linkedFolders + linkedFiles, "link was", "links were")} followed "
                + $"({linkedFolders:N0} to folders, {linkedFiles:N0} to files)",
        ];
        return [.. said.Where(sentence => sentence.Length > 0).Select(sentence => $"{place}: {sentence}.")];
    }

    /// <summary>Numbers of files by their extensions, the most frequent first: <c>6 .tif, 3 .heic</c>.</summary>
    public string Kinds()
    {
        var first = kinds.OrderByDescending(kind => kind.Value).Take(Named).Select(kind => $"{kind.Value:N0} {kind.Key}").ToArray();
        var rest = kinds.Count - first.Length;
        return string.Join(", ", first) + (rest > 0 ? $" and {Plural(rest, "other kind", "other kinds")}" : "");
    }

    /// <summary>Number of files that are not images.</summary>
    public int Others => kinds.Values.Sum();

    /// <summary>Whether there is a file of one of these kinds, as in <c>.zip</c>.</summary>
    public bool Has(params IEnumerable<string> some) => some.Any(kinds.ContainsKey);

    private static string KindOf(string name)
    {
        var extension = Path.GetExtension(name).ToLowerInvariant();
        return extension.Length == 0 ? "without extension"
            : Path.GetFileNameWithoutExtension(name).EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? ".tar" + extension
            : extension;
    }

    private static string Plural(int count, string one, string many) => $"{count:N0} {(count == 1 ? one : many)}";

    /// <summary>A number of things of one kind, and the names of the first.</summary>
    private sealed class Tally(string one, string many)
    {
        private readonly List<string> names = [];

        public int Count { get; private set; }

        public void Add(string name)
        {
            Count++;
            if (names.Count < Named)
            {
                names.Add(name);
            }
        }

        public string Say() =>
            Count == 0 ? "" : $"{Plural(Count, one, many)} left out ({string.Join(", ", names)}{(Count > names.Count ? ", …" : "")})";
    }
}
