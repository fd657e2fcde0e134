using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>What belongs together in a shard: the entries whose names are the same up to their first dot.</summary>
/// <param name="key">The name that they share.</param>
internal sealed class TarSample(string key)
{
    private string? labelled; // the entry that says the class
    private int? label;

    /// <summary>Its images, in the shard's order.</summary>
    public List<TarImage> Images { get; } = [];

    /// <summary>An entry's name up to the first dot after the last '/'.</summary>
    public static string KeyOf(string name)
    {
        var dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 ? name : name[..dot];
    }

    /// <summary>Takes the class of the sample.</summary>
    /// <exception cref="ExperimentException">Another entry has said it.</exception>
    public void SetLabel(string entry, int value, string shard)
    {
        if (labelled is not null)
        {
            throw Several(shard, labelled, entry);
        }

        (labelled, label) = (entry, value);
    }

    /// <summary>The one image that counts, with its class; null if there is none.</summary>
    /// <param name="shard">For messages.</param>
    /// <param name="extensions">That with the first of these that there is. Empty: that whose extension has the fewest dots, <c>jpg</c> before <c>seg.png</c>.</param>
    /// <param name="left">Told the others.</param>
    /// <exception cref="ExperimentException">Two images have equal claims.</exception>
    public TarImage? Choose(string shard, IReadOnlyList<string> extensions, LeftOut left)
    {
        var candidates = extensions.Count > 0
            ? extensions.Select(wanted => Images.FindAll(image => ExtensionOf(image).Equals(wanted, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found.Count > 0) ?? []
            : Images.GroupBy(image => ExtensionOf(image).Count(c => c == '.')).MinBy(group => group.Key)?.ToList() ?? [];
        if (candidates.Count > 1 && candidates.Find(image => image != candidates[0] && Kind(image) == Kind(candidates[0])) is { Name: not null } twin)
        {
            throw Several(shard, candidates[0].Name, twin.Name);
        }

        foreach (var image in Images.Where(image => candidates.Count == 0 || image != candidates[0]))
        {
            left.FurtherImage(image.Name);
        }

        return candidates.Count == 0 ? null : candidates[0] with { Label = label };

        static string Kind(TarImage image) => Path.GetExtension(image.Name).ToLowerInvariant();
    }

    private string ExtensionOf(TarImage image) => image.Name[(key.Length + 1)..];

    private ExperimentException Several(string shard, string first, string second) => new(
        FailureKind.Data,
        $"The sample '{key}' occurs several times in the shard '{shard}' ('{first}' and '{second}'): a sample's name ends at its first dot, as in WebDataset. "
        + "Make the shard anew with names that have no other dot; or, if these are several images of one sample, say which counts, as in \"extension\": \"left.png\".");
}
