using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>The entries of a shard that belong together: their names are the same up to the first dot.</summary>
/// <param name="key">The name that they share.</param>
internal sealed class TarSample(string key)
{
    private string? labeled; // the entry that says the class
    private int? label;

    /// <summary>Its images, in the shard's order.</summary>
    public List<TarImage> Images { get; } = [];

    /// <summary>An entry's name up to the first dot after the last '/'.</summary>
    public static string KeyOf(string name)
    {
        var dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 ? name : name[..dot];
    }

    /// <summary>Sets the class of the sample.</summary>
    /// <exception cref="ExperimentException">Another entry has set it.</exception>
    public void SetLabel(string entry, int value, string shard)
    {
        if (labeled is not null)
        {
            throw Several(shard, labeled, entry);
        }

        (labeled, label) = (entry, value);
    }

    /// <summary>The one image that counts, with its class; null if there is none.</summary>
    /// <param name="shard">The shard's name, for messages.</param>
    /// <param name="extensions">
    /// The first of these that an image has decides. Empty: the fewest dots win, <c>jpg</c> before <c>seg.png</c>.
    /// </param>
    /// <param name="left">Counts the other images.</param>
    /// <exception cref="ExperimentException">Two images have equal claims.</exception>
    public TarImage? Choose(string shard, IReadOnlyList<string> extensions, LeftOut left)
    {
        var candidates = extensions.Count > 0
            ? extensions.Select(WithExtension).FirstOrDefault(found => found.Count > 0) ?? []
            : Images.GroupBy(image => ExtensionOf(image).Count(c => c == '.')).MinBy(group => group.Key)?.ToList() ?? [];
        if (candidates.Count > 1
            && candidates.Find(image => image != candidates[0] && Kind(image) == Kind(candidates[0])) is { Name: not null } twin)
        {
            throw Several(shard, candidates[0].Name, twin.Name);
        }

        foreach (var image in Images.Where(image => candidates.Count == 0 || image != candidates[0]))
        {
            left.FurtherImage(image.Name);
        }

        return candidates.Count == 0 ? null : candidates[0] with { Label = label };

        List<TarImage> WithExtension(string wanted) =>
            Images.FindAll(image => ExtensionOf(image).Equals(wanted, StringComparison.OrdinalIgnoreCase));

        static string Kind(TarImage image) => Path.GetExtension(image.Name).ToLowerInvariant();
    }

    private string ExtensionOf(TarImage image) => image.Name[(key.Length + 1)..];

    private ExperimentException Several(string shard, string first, string second) => new(
        FailureKind.Data,
        $"The sample '{key}' occurs several times in the shard '{shard}' ('{first}' and '{second}'): "
        + "a sample's name ends at its first dot, as in WebDataset. "
        + "Make the shard anew with names that have no other dot; "
        + "or, if these are several images of one sample, say which counts, as in \"extension\": \"left.png\".");
}
