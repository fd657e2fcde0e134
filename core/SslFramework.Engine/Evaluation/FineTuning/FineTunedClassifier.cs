using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>A new linear classifier on a backbone that learns with it.</summary>
internal sealed class FineTunedClassifier : nn.Module
{
    private const double NormEpsilon = 1e-6;

    private readonly Func<Tensor, Tensor> features;
    private readonly TorchSharp.Modules.LayerNorm? norm;
    private readonly TorchSharp.Modules.Linear head;

    /// <summary>Makes the classifier.</summary>
    /// <param name="backbone">The backbone; it stays its owner's.</param>
    /// <param name="settings">The settings, which say where features come from.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="device">The backbone's device.</param>
    public FineTunedClassifier(IBackbone backbone, FineTuneSettings settings, int classes, Device device)
        : base("classifier")
    {
        // As timm's global pooling: the mean of the last block's patch tokens, and a new norm instead of the final one.
        if (settings.MeanOfPatches && backbone is ITokenBackbone tokens && LayerDecay.EndsWithNorm(backbone))
        {
            features = images => Patches(tokens.ForwardLayers(images)[^2]).mean([1]);
            norm = nn.LayerNorm(tokens.TokenDimension, eps: NormEpsilon);
            Tensor Patches(Tensor all) => all.narrow(1, tokens.PrefixTokens, all.shape[1] - tokens.PrefixTokens);
        }
        else
        {
            features = backbone.Forward;
        }

        using (no_grad())
        using (var random = new Generator((ulong)settings.Seed))
        {
            head = nn.Linear(backbone.FeatureDimension, classes);
            head.weight!.copy_(randn(head.weight.shape, generator: random).mul_(settings.HeadDeviation));
            head.bias!.zero_();
        }

        RegisterComponents();
        this.to(device);
    }

    /// <summary>Logits [N, C].</summary>
    public Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        var vectors = features(images);
        return head.call(norm is null ? vectors : norm.call(vectors)).MoveToOuterDisposeScope();
    }
}
