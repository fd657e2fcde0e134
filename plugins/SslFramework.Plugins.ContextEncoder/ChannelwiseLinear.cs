namespace SslFramework.Plugins.ContextEncoder;

/// <summary>
/// A fully connected layer within each channel: every place of a map reads every place of the same channel, and no other channel. Section
/// 3.1 of https://arxiv.org/abs/1604.07379
/// </summary>
public sealed class ChannelwiseLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight; // [C, places, places]: from, to

    /// <summary>Makes a layer for maps of one size.</summary>
    public ChannelwiseLinear(long channels, long places)
        : base(nameof(ChannelwiseLinear))
    {
        var bound = Math.Sqrt(3.0 / places); // outputs vary as much as inputs
        weight = new Parameter(empty(channels, places, places).uniform_(-bound, bound));
        RegisterComponents();
    }

    /// <summary>[N, C, h, w] → [N, C, h, w].</summary>
    public override Tensor forward(Tensor maps) => einsum("nci,cij->ncj", maps.flatten(2), weight).view(maps.shape);
}
