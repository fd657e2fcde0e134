using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>Makes a vector of what a map shows in a box.</summary>
internal abstract class BoxHead(string name) : nn.Module(name)
{
    /// <summary>Rows and columns that a box is resampled to.</summary>
    public abstract int Side { get; }

    /// <summary>Length of a vector.</summary>
    public abstract int Length { get; }

    /// <summary>Maps of boxes.</summary>
    /// <param name="pooled">[R, C, side, side].</param>
    public abstract Tensor Maps(Tensor pooled);

    /// <summary>Vectors of boxes.</summary>
    /// <param name="maps">What <see cref="Maps"/> gave.</param>
    /// <returns>[R, length].</returns>
    public abstract Tensor Vectors(Tensor maps);
}

/// <summary>The backbone's last stage, with a batch norm behind it: He et al. 2020 (MoCo), https://arxiv.org/abs/1911.05722</summary>
internal sealed class StageHead : BoxHead
{
    private readonly Func<Tensor, Tensor> stage; // a field of a module's type would take its weights in
    private readonly BatchNorm2d norm;

    /// <summary>Finds the stage.</summary>
    /// <exception cref="ExperimentException">The backbone's last layer is no module of its own.</exception>
    public StageHead(IMapBackbone backbone, int side)
        : base(nameof(StageHead))
    {
        var name = backbone.Layers[^1].Name;
        var last = backbone.Module.named_children().Where(child => child.name == name).Select(child => child.module)
            .OfType<nn.Module<Tensor, Tensor>>().FirstOrDefault(one => one.modules().OfType<Conv2d>().Any())
            ?? throw new ExperimentException(
                FailureKind.Config,
                $"The neck 'c4' needs a network whose last layer is a stage of its own, but \"{name}\" of {backbone.GetType().Name} is "
                + "none; take a ResNet, or another \"neck\".");
        (stage, Side, Length) = (last.call, side, backbone.Maps[^1].Channels);
        norm = nn.BatchNorm2d(Length);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Side { get; }

    /// <inheritdoc/>
    public override int Length { get; }

    /// <inheritdoc/>
    public override Tensor Maps(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        return norm.call(stage(ChannelsLast.Of(pooled))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Vectors(Tensor maps) => ChannelsLast.Mean(maps);
}

/// <summary>New layers: convolutions, if wanted, and then fully connected ones.</summary>
internal sealed class DenseHead : BoxHead
{
    private readonly Sequential convolutions;
    private readonly Sequential dense;

    /// <summary>Makes the layers.</summary>
    /// <param name="channels">Channels of the maps.</param>
    /// <param name="settings">The settings.</param>
    public DenseHead(int channels, DetectionSettings settings)
        : base(nameof(DenseHead))
    {
        (Side, Length) = (settings.BoxSide, settings.Hidden);
        convolutions = NewLayers.Tower(settings.BoxConvolutions, channels, channels, settings.Norm);
        var input = channels * Side * Side;
        dense = nn.Sequential([.. Enumerable.Range(0, settings.BoxLayers)
            .SelectMany(i => (nn.Module<Tensor, Tensor>[])[NewLayers.Dense(i == 0 ? input : Length, Length), nn.ReLU()])]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Side { get; }

    /// <inheritdoc/>
    public override int Length { get; }

    /// <inheritdoc/>
    public override Tensor Maps(Tensor pooled) => convolutions.call(pooled);

    /// <inheritdoc/>
    public override Tensor Vectors(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return dense.call(maps.flatten(1)).MoveToOuterDisposeScope();
    }
}
