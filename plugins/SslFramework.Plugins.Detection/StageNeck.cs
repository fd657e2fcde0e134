namespace SslFramework.Plugins.Detection;

/// <summary>The map of the last stage but one, as it is: C4 of Ren et al. 2015, https://arxiv.org/abs/1506.01497</summary>
internal sealed class StageNeck : Neck
{
    private readonly Func<Tensor, IReadOnlyList<Tensor>> network; // a field of a module's type would take its weights in

    /// <summary>Finds the map.</summary>
    /// <param name="backbone">Gives it, and stays its owner's.</param>
    public StageNeck(IMapBackbone backbone)
        : base(nameof(StageNeck))
    {
        int[] which = [backbone.Maps.Count - 2];
        network = images => backbone.ForwardMaps(images, which);
        (Channels, Strides) = (backbone.Maps[^2].Channels, [backbone.Maps[^2].Stride]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Strides { get; }

    /// <inheritdoc/>
    public override int ForHeads => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Maps(Tensor images) => network(images);
}
