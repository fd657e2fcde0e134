namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>
/// The places of a backbone's last map, or the tokens of its last layer if it gives no map, laid one behind the other: so that what keeps
/// features keeps them.
/// </summary>
internal sealed class PatchTokens : IBackbone
{
    private readonly IBackbone backbone;

    /// <summary>Finds out from one image how many tokens there are, and how long they are.</summary>
    /// <exception cref="ExperimentException">The backbone gives vectors alone.</exception>
    public PatchTokens(IBackbone backbone, ILabeledImages images)
    {
        this.backbone = backbone;
        using var scope = NewDisposeScope();
        var device = Module.parameters().FirstOrDefault()?.device ?? CPU;
        var tokens = images.Read(1).Select(one => Tokens(one.Images.to(device)).shape).First();
        (Count, Length) = ((int)tokens[1], (int)tokens[2]);
    }

    /// <summary>L, the number of tokens of an image.</summary>
    public int Count { get; }

    /// <summary>D, the length of a token.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public nn.Module Module => backbone.Module;

    /// <inheritdoc/>
    public int Channels => backbone.Channels;

    /// <inheritdoc/>
    public int FeatureDimension => Count * Length;

    /// <summary>None: only the last is asked for.</summary>
    public IReadOnlyList<BackboneLayer> Layers => [];

    /// <summary>The tokens in a row: [N, L · D].</summary>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Tokens(images).flatten(1).to(float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [];

    /// <summary>[N, L, D]. A cast, because what an experiment wraps around a backbone belongs to it.</summary>
    private Tensor Tokens(Tensor images)
    {
        var last = backbone is IMapBackbone known
            ? known.ForwardMaps(images, [known.Maps.Count - 1])[0] : backbone.ForwardLayers(images)[^1];
        return last.dim() switch
        {
            4 => last.flatten(2).transpose(1, 2),
            3 => last,
            _ => throw new ExperimentException(
                FailureKind.Config,
                $"The backbone {backbone.GetType().Name} ends with vectors, so that there are no places to attend to; leave "
                + "'attentive-probe' out, or take a convolutional network or a vision transformer."),
        };
    }
}
