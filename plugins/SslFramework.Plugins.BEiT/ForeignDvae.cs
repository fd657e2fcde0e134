using SslFramework.Core.Weights;

namespace SslFramework.Plugins.BEiT;

/// <summary>The names of BEiT's code for a discrete variational autoencoder, of which the encoder is taken.</summary>
internal sealed class ForeignDvae : ForeignFamily
{
    public override IReadOnlyList<string> Marks { get; } = ["encoder.1.net.0.weight"];

    protected override string? OwnKey(string key) => key.Split('.') switch
    {
        ["encoder", .. var rest] => string.Join('.', rest),
        ["codebook" or "decoder", ..] => null,
        _ => key,
    };

    public override ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file)
    {
        var first = Shape(own, "0.0.weight", 4); // [width, channels, 4, 4]
        var layers = Count(own, layer => $"{2 * layer}.0.weight");
        var scores = Shape(own, $"{2 * layers}.weight", 4); // [V, width, 1, 1]
        (string, object?)[] options =
            [("layers", layers), ("width", first[0]), ("vocabulary", scores[0]), ("channels", first[1] == 3 ? null : first[1])];
        return new("dvae-encoder", options, (int)first[1]);
    }
}
