namespace SslFramework.Engine.Weights;

/// <summary>The place of a backbone in a file of weights.</summary>
/// <param name="Prefix">The prefix of its keys, such as <c>module.encoder_q.</c>; empty if they are the file's own.</param>
/// <param name="Key">The key of its first layer, by which it was found.</param>
/// <param name="Layout">The naming scheme of its keys.</param>
internal sealed record BackbonePlace(string Prefix, string Key, WeightLayout Layout)
{
    private const string ResidualMark = "conv1.weight";
    private const string QueryEncoder = "encoder_q.";
    private const string BaseEncoder = "base_encoder.";

    /// <summary>The first layer in each network's names.</summary>
    private static readonly string[] Marks = [ResidualMark, "patch_embed.proj.weight", "conv_proj.weight"];

    /// <summary>Words in the keys of encoders that follow another one, and of students, which are not what a method publishes.</summary>
    private static readonly string[] Followers = ["momentum", "ema", "target", "k", "key", "keys", "swa", "averaged", "student"];

    /// <summary>Whether these are the names of a residual network, which timm and torchvision share.</summary>
    public bool IsResidual => Key.EndsWith(ResidualMark, StringComparison.Ordinal);

    /// <summary>Every backbone among a file's keys; the one that a method publishes comes first.</summary>
    public static IReadOnlyList<BackbonePlace> In(IEnumerable<string> keys)
    {
        var all = keys.ToHashSet();
        return [.. all.SelectMany(key => Marks.Where(mark => IsBehind(key, mark)).Select(mark => (Prefix: key[..^mark.Length], Mark: mark)))
            .Where(found => found.Mark != ResidualMark || found.Prefix is "" or "module."
                || NamedLayout(found.Prefix) is not null || all.Contains(found.Prefix + "layer1.0.conv1.weight"))
            .Select(found => new BackbonePlace(found.Prefix, found.Prefix + found.Mark, LayoutOf(found.Prefix, found.Mark, all)))
            .OrderBy(place => Rank(place.Prefix)).ThenBy(place => place.Prefix.Length).ThenBy(place => place.Key, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The prefix that all wanted keys have in a file, if all are there; among several places, the one that a method publishes.
    /// </summary>
    public static string? Behind(IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> keys)
    {
        var all = keys.ToHashSet();
        return wanted.FirstOrDefault() is not { } first ? null : all.Where(key => IsBehind(key, first))
            .Select(key => key[..^first.Length])
            .Where(prefix => wanted.All(key => all.Contains(prefix + key)))
            .OrderBy(Rank).ThenBy(prefix => prefix.Length).ThenBy(prefix => prefix, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static bool IsBehind(string key, string name) =>
        key.EndsWith(name, StringComparison.Ordinal) && (key.Length == name.Length || key[^(name.Length + 1)] == '.');

    private static int Rank(string prefix) =>
        NamedLayout(prefix) is not null || !prefix.Split('.', '_').Any(word => Followers.Contains(word)) ? 0 : 1;

    private static WeightLayout? NamedLayout(string prefix) =>
        IsBehind(prefix, QueryEncoder) ? WeightLayout.MocoV1 : IsBehind(prefix, BaseEncoder) ? WeightLayout.MocoV3 : null;

    private static WeightLayout LayoutOf(string prefix, string mark, HashSet<string> all) => NamedLayout(prefix)
        ?? (!mark.StartsWith("patch_embed", StringComparison.Ordinal) ? WeightLayout.Torchvision
            : all.Contains(prefix + "mask_token") || all.Contains(prefix + "decoder_pred.weight") ? WeightLayout.Mae
            : WeightLayout.Timm);
}
