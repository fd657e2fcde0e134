using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Onnx;
using SslFramework.Core.Tensors;

namespace SslFramework.Core.Backbones;

/// <summary>
/// A network of stages, each of which gives maps; features are the mean over the last ones. A derived class builds the stages, registers
/// their modules under the names of its state dict, and may add to how features are pooled.
/// </summary>
public abstract class StagedNetwork : nn.Module, IMapBackbone, IStochasticDepth, IOnnxBackbone
{
    private readonly IReadOnlyList<NetworkStage> stages;
    private readonly bool channelsLast;
    private readonly StageStrides strides;
    private double dropPath;

    /// <summary>Keeps the stages.</summary>
    /// <param name="name">The network's name, for messages.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="stages">Its parts, from input to output.</param>
    /// <param name="channelsLast">Whether maps have their channels adjacent in memory, in which most layers are fastest.</param>
    protected StagedNetwork(string name, int channels, IReadOnlyList<NetworkStage> stages, bool channelsLast = true)
        : base(name)
    {
        (this.stages, this.channelsLast, Channels) = (stages, channelsLast, channels);
        strides = new StageStrides(stages);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension => stages[^1].Channels;

    /// <summary>The stages in order.</summary>
    public virtual IReadOnlyList<BackboneLayer> Layers =>
        [.. stages.Select(stage => new BackboneLayer(stage.Name, [.. stage.Modules.SelectMany(module => module.parameters())]))];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureMap> Maps => strides.Maps;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">It is no stride that a stage of the network has.</exception>
    public virtual int OutputStride
    {
        get => strides.Output;
        set => strides.Output = value;
    }

    /// <inheritdoc/>
    public double DropPath
    {
        get => dropPath;
        set => ResidualBlock.SetDropPath(StageModules, dropPath = value);
    }

    /// <summary>Its parts, from input to output.</summary>
    protected IReadOnlyList<NetworkStage> Stages => stages;

    /// <summary>The modules of all stages, from input to output.</summary>
    protected nn.Module<Tensor, Tensor>[] StageModules => [.. stages.SelectMany(stage => stage.Modules)];

    /// <inheritdoc/>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => ForwardStages(images, stages.Count);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var maps = ForwardStages(images, which.Max() + 1);
        return [.. which.Select(number => maps[number].MoveToOuterDisposeScope())];
    }

    /// <summary>No further than needed: in training mode, the statistics of a stage that nobody wants would move.</summary>
    private Tensor[] ForwardStages(Tensor images, int count)
    {
        Check(images);
        using var scope = NewDisposeScope();
        var (x, maps) = (channelsLast ? ChannelsLast.Of(images) : images, new List<Tensor>());
        foreach (var stage in stages.Take(count))
        {
            maps.Add(x = stage.Modules.Aggregate(x, (input, module) => module.call(input)));
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public virtual Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => ChannelsLast.Mean(layers[^1]);

    /// <inheritdoc/>
    public virtual string AddNodes(OnnxGraph graph, string input)
    {
        var maps = StageModules.Aggregate(input, (x, module) => graph.Add(module, x));
        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [maps])], ("axis", 1L));
    }

    /// <summary>Refuses images that the network cannot take.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <exception cref="ExperimentException">It cannot take them.</exception>
    protected virtual void Check(Tensor images)
    {
    }
}
