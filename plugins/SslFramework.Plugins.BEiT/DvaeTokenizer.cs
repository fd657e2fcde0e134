using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BEiT;

/// <summary>Options of <see cref="DvaeTokenizer"/>.</summary>
public sealed record DvaeTokenizerOptions
{
    /// <summary>
    /// The encoder with its <c>weights</c>: what a run of the objective <c>dvae</c> exported, or a file of the authors' layout.
    /// </summary>
    [Required]
    public Component<IBackbone>? Encoder { get; init; }
}

/// <summary>Tokens that the encoder of a trained discrete variational autoencoder scores highest.</summary>
public sealed class DvaeTokenizer : nn.Module, ITokenizer
{
    private readonly DvaeEncoder encoder;
    private readonly (int Height, int Width) size;

    /// <summary>Reads the encoder.</summary>
    /// <exception cref="ExperimentException">It has no weights, or is none.</exception>
    public DvaeTokenizer(DvaeTokenizerOptions options, TokenizedPatches patches, IComponentFactory components, DataInfo data)
        : this(
            components.Create(Trained(options.Encoder!), data with { Channels = patches.Channels }).As<DvaeEncoder>()
                ?? throw Refused("\"encoder\" in \"tokenizer\" must be \"dvae-encoder\"."),
            patches)
    {
    }

    internal DvaeTokenizer(DvaeEncoder encoder, TokenizedPatches patches)
        : base(nameof(DvaeTokenizer))
    {
        this.encoder = encoder;
        size = (patches.Rows * encoder.Side, patches.Columns * encoder.Side);
        RegisterComponents();
        foreach (var parameter in parameters())
        {
            parameter.requires_grad = false;
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Vocabulary => encoder.FeatureDimension;

    /// <summary>Resizes images so that every patch has one token, and scores the tokens: int64 [N, L].</summary>
    public Tensor Tokenize(Tensor images)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(images.device_type);
        var resized = (images.shape[2], images.shape[3]) == size ? images : nn.functional.interpolate(
            images, size: [size.Height, size.Width], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);
        return encoder.Scores(resized).argmax(1).flatten(1).MoveToOuterDisposeScope();
    }

    private static Component<IBackbone> Trained(Component<IBackbone> encoder) => encoder.Weights is null
        ? throw Refused("The tokenizer \"dvae\" needs trained weights; train the objective \"dvae\", and name its exported file as "
            + "\"weights\" in \"encoder\".")
        : encoder;

    private static ExperimentException Refused(string sentence) => new(FailureKind.Config, sentence);
}
