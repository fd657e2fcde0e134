using SslFramework.Core.Backbones;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Swin;

/// <summary>
/// A transformer whose attention looks within windows that move from block to block, and whose stages halve the maps, with the
/// state-dict keys and start weights of torchvision. Its last <c>norm</c> belongs to the features, which are the mean over what it gives.
/// Liu et al. 2021, https://arxiv.org/abs/2103.14030
/// </summary>
public abstract class SwinTransformer : StagedNetwork, IMaskableBackbone
{
    internal const double NormEpsilon = 1e-5;
    internal const double Deviation = 0.02; // truncated at a hundred deviations by torchvision

    private readonly Sequential features;
    private readonly nn.Module<Tensor, Tensor> norm;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="size">Channels and blocks for options that have none.</param>
    /// <exception cref="ExperimentException">Heads do not divide the width.</exception>
    private protected SwinTransformer(SwinOptions options, DataInfo data, SwinSize size)
        : base("swin", options.Channels ?? data.Channels, StagesOf(options, options.Channels ?? data.Channels, size))
    {
        PatchSize = options.PatchSize;
        features = nn.Sequential(StageModules[..^1]);
        norm = StageModules[^1];
        register_module(nameof(features), features);
        register_module(nameof(norm), norm);
        foreach (var linear in modules().OfType<Linear>())
        {
            nn.init.normal_(linear.weight, 0, Deviation);
            if (linear.bias is not null)
            {
                nn.init.zeros_(linear.bias);
            }
        }

        DropPath = options.DropPath;
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">It is set to another than its own: windows have no dilation.</exception>
    public override int OutputStride
    {
        get => base.OutputStride;
        set => _ = value == OutputStride ? value : throw new ExperimentException(
            FailureKind.Config,
            $"The windows of a Swin transformer cannot be dilated: it gives maps of a stride of {OutputStride}, but {value} was asked "
            + "for; lower \"patchSize\" in \"backbone\", or take a convolutional backbone such as \"convnext-tiny\".");
    }

    /// <inheritdoc/>
    public int PatchSize { get; }

    /// <inheritdoc/>
    public int EmbeddedDimension => Stages[0].Channels;

    /// <inheritdoc/>
    public int EncodedStride => OutputStride;

    /// <inheritdoc/>
    public Tensor EncodeMasked(Tensor images, Tensor hidden, Tensor token)
    {
        Check(images);
        using var scope = NewDisposeScope();
        var embedded = StageModules[0].call(images); // [N, C, R, S], behind its norm
        var seen = where(hidden.view(embedded.shape[0], 1, embedded.shape[2], embedded.shape[3]), token.view(1, -1, 1, 1), embedded);
        return StageModules[1..].Aggregate(seen, (maps, module) => module.call(maps)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Check(Tensor images) => SmallestImage.Require(
        images, PatchSize, "swin", "lower \"patchSize\" in \"backbone\", or resize the images");

    private static List<NetworkStage> StagesOf(SwinOptions options, int channels, SwinSize size)
    {
        if (options.HeadProblem is { } problem)
        {
            throw new ExperimentException(FailureKind.Config, problem);
        }

        var (width, blocks) = (options.Width ?? size.Width, options.BlocksPerStage ?? size.BlocksPerStage);
        var patches = nn.Conv2d(channels, width, options.PatchSize, stride: options.PatchSize);
        var stages = new List<NetworkStage>
        {
            new("stem", [nn.Sequential(("0", patches), ("2", new MapLayerNorm(width, NormEpsilon)))], width, options.PatchSize),
        };
        for (var s = 0; s < blocks.Count; s++, width *= 2)
        {
            var stage = nn.Sequential(
                [.. Enumerable.Range(0, blocks[s]).Select(b => new SwinBlock(width, isShifted: b % 2 == 1, options))]);
            stages.Add(s == 0
                ? new($"stage{s + 1}", [stage], width)
                : new($"stage{s + 1}", [new PatchMerging(width / 2), stage], width, Stride: 2));
        }

        stages.Add(new("norm", [new MapLayerNorm(width / 2, NormEpsilon)], width / 2));
        return stages;
    }
}
