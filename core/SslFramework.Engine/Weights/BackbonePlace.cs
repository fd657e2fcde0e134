namespace SslFramework.Engine.Weights;

/// <summary>The place of a backbone in a file of weights.</summary>
/// <param name="Prefix">The prefix of its keys, such as <c>module.encoder_q.</c>; empty if they are the file's own.</param>
/// <param name="Key">The key of its first layer, by which it was found.</param>
/// <param name="Network">Whose names its own keys are.</param>
/// <param name="Layout">The naming scheme of the file.</param>
internal sealed record BackbonePlace(string Prefix, string Key, NetworkNames Network, WeightLayout Layout)
{
    private const string QueryEncoder = "encoder_q.";
    private const string BaseEncoder = "base_encoder.";

    /// <summary>The first layer in each network's names; of numbered ones, a layer by which they are known.</summary>
    private static readonly (string Mark, NetworkNames Network)[] Marks =
    [
        ("conv1.weight", NetworkNames.Residual),
        (NumberedResidualNetwork.Mark, NetworkNames.NumberedResidual),
        ("patch_embed.proj.weight", NetworkNames.Transformer),
        ("conv_proj.weight", NetworkNames.TorchvisionTransformer),
    ];

    /// <summary>Words in the keys of encoders that follow another one, and of students, which are not what a method publishes.</summary>
    private static readonly string[] Followers =
        ["momentum", "ema", "target", "k", "key", "keys", "swa", "averaged", "student"];

    /// <summary>Whether these are the names of a residual network, which timm and torchvision share.</summary>
    public bool IsResidual => Network is NetworkNames.Residual or NetworkNames.NumberedResidual;

    /// <summary>Every backbone among a file's keys; the one that a method publishes comes first.</summary>
    public static IReadOnlyList<BackbonePlace> In(IEnumerable<string> keys)
    {
        var all = keys.ToHashSet();
        var found = all
            .SelectMany(key => Marks
                .Where(known => IsBehind(key, known.Mark))
                .Select(known => (Prefix: key[..^known.Mark.Length], known.Network)))
            .Where(place => IsNetwork(place.Prefix, place.Network, all))
            .ToList();
        var signs = new LayoutSigns(found.Count == 0 ? [] : all);
        return [.. found
            .Select(place => new BackbonePlace(
                place.Prefix, FirstKey(place.Prefix, place.Network), place.Network, LayoutOf(place.Prefix, place.Network, signs)))
            .OrderBy(place => place.Rank())
            .ThenBy(place => place.Prefix.Length)
            .ThenBy(place => place.Key, StringComparer.Ordinal)];
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

    /// <summary>The prefix behind which a file has the most of a network's keys; empty if it has none of them.</summary>
    public static string Most(IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> keys) => wanted
        .SelectMany(name => keys.Where(key => IsBehind(key, name)).Select(key => key[..^name.Length]))
        .CountBy(prefix => prefix)
        .OrderByDescending(prefix => prefix.Value)
        .ThenBy(prefix => Rank(prefix.Key)).ThenBy(prefix => prefix.Key.Length).ThenBy(prefix => prefix.Key, StringComparer.Ordinal)
        .Select(prefix => prefix.Key)
        .FirstOrDefault("");

    /// <summary>
    /// Whether the keys can be those of a layout that is named: MAE's encoder alone has timm's keys, as DINO's and I-JEPA's have, timm's
    /// residual networks have torchvision's, and so have those of methods that save the backbone alone.
    /// </summary>
    public bool Fits(WeightLayout said) => said == Layout || (Layout, IsResidual) switch
    {
        _ when Network == NetworkNames.TorchvisionTransformer => false,
        (WeightLayout.MocoV1 or WeightLayout.MocoV3 or WeightLayout.Mae, _) => false, // their files hold more than the network
        (WeightLayout.Torchvision, true) => said is WeightLayout.Timm or WeightLayout.Dino or WeightLayout.SimSiam or WeightLayout.Byol
            or WeightLayout.Swav or WeightLayout.BarlowTwins or WeightLayout.VicReg,
        (WeightLayout.Timm, false) => said is WeightLayout.Mae or WeightLayout.Dino or WeightLayout.DinoV2 or WeightLayout.IJepa
            or WeightLayout.SimSiam or WeightLayout.Byol,
        (_, true) => said is WeightLayout.Torchvision or WeightLayout.Timm,
        _ => said == WeightLayout.Timm,
    };

    private static bool IsNetwork(string prefix, NetworkNames network, HashSet<string> all) => network switch
    {
        NetworkNames.Residual => prefix is "" or "module."
            || NamedLayout(prefix) is not null
            || all.Contains(prefix + "layer1.0.conv1.weight"),
        NetworkNames.NumberedResidual => NumberedResidualNetwork.IsIn(prefix, all),
        _ => true,
    };

    private static string FirstKey(string prefix, NetworkNames network) => prefix + (network == NetworkNames.NumberedResidual
        ? NumberedResidualNetwork.First
        : Array.Find(Marks, known => known.Network == network).Mark);

    private static bool IsBehind(string key, string name) =>
        key.EndsWith(name, StringComparison.Ordinal) && (key.Length == name.Length || key[^(name.Length + 1)] == '.');

    /// <summary>I-JEPA publishes the encoder that follows.</summary>
    private int Rank() => Layout == WeightLayout.IJepa ? 1 - Rank(Prefix) : Rank(Prefix);

    private static int Rank(string prefix) =>
        NamedLayout(prefix) is not null || !prefix.Split('.', '_').Any(word => Followers.Contains(word)) ? 0 : 1;

    private static WeightLayout? NamedLayout(string prefix) =>
        IsBehind(prefix, QueryEncoder) ? WeightLayout.MocoV1 : IsBehind(prefix, BaseEncoder) ? WeightLayout.MocoV3 : null;

    private static WeightLayout LayoutOf(string prefix, NetworkNames network, LayoutSigns signs) => NamedLayout(prefix) ?? network switch
    {
        NetworkNames.Transformer => signs.OfTransformer(prefix),
        NetworkNames.TorchvisionTransformer => WeightLayout.Torchvision,
        _ => signs.OfResidualNetwork(prefix),
    };
}
