using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>
/// GradCache: a contrastive loss over a batch that is larger than memory. The backbone encodes some images at a time and keeps
/// no activations; heads and loss see the features of all; then the backbone encodes the same images again, now with the
/// gradient of their features. Gao et al. 2021, https://arxiv.org/abs/2101.06983
/// </summary>
/// <remarks>
/// The gradients are those of the whole batch, for any objective, at the cost of one more forward pass. Batch norm inside the
/// backbone takes its statistics from the images of one portion, as on several devices; heads take theirs from the whole batch.
/// </remarks>
/// <param name="images">Images encoded at a time, of one view or of several in one forward pass.</param>
internal sealed class GradientCache(int images)
{
    private readonly List<Encoding> encodings = [];
    private bool isRecording;

    /// <summary>The backbone inside a portioned one.</summary>
    public static IBackbone Within(IBackbone backbone) => backbone is PortionedBackbone portioned ? portioned.Whole : backbone;

    /// <summary>Makes a backbone for an objective. It shares its module with <paramref name="backbone"/>.</summary>
    public IBackbone Over(IBackbone backbone) => new PortionedBackbone(this, backbone);

    /// <summary>From here until Dispose, backbones encode in portions; elsewhere they work as usual.</summary>
    public IDisposable Record()
    {
        Forget();
        isRecording = true;
        return new Recording(this);
    }

    /// <summary>Call after the loss's backward: runs the second pass, which adds to the gradients of the backbones' parameters.</summary>
    /// <param name="autocast">Autocast as in the first pass.</param>
    public void Backward(Func<IDisposable?> autocast)
    {
        foreach (var encoding in encodings)
        {
            encoding.Backward(images, autocast);
        }

        Forget();
    }

    private static ExperimentException Unfit(string asked) => new(
        FailureKind.Config,
        $"\"training.gradientCache\" is for objectives over feature vectors, but this one asks the backbone for {asked}; "
        + "remove it, and set \"training.accumulation\" or \"backbone.recompute\" instead.");

    private void Forget()
    {
        encodings.ForEach(encoding => encoding.Dispose());
        encodings.Clear();
    }

    private Tensor Encode(IBackbone backbone, Tensor views)
    {
        if (!isRecording || views.shape[0] <= images)
        {
            return backbone.Forward(views);
        }

        using var scope = NewDisposeScope();
        Replay.EnsurePossible(backbone.Module, views.device_type, "\"training.gradientCache\"");
        var random = get_rng_state();
        Tensor features; // [N, D]
        using (no_grad())
        {
            features = cat([.. views.split(images).Select(backbone.Forward)]);
        }

        if (!is_grad_enabled())
        {
            return features.MoveToOuterDisposeScope();
        }

        var leaf = features.requires_grad_(true);
        encodings.Add(
            new Encoding(backbone, views.alias().DetachFromDisposeScope(), leaf.DetachFromDisposeScope(), random.DetachFromDisposeScope()));
        return leaf.alias().MoveToOuterDisposeScope();
    }

    private sealed record Encoding(IBackbone Backbone, Tensor Views, Tensor Features, Tensor Random) : IDisposable
    {
        public void Backward(int images, Func<IDisposable?> autocast)
        {
            if (Features.grad is not { } gradient)
            {
                return;
            }

            using var scope = NewDisposeScope();
            using var same = new Replay(Backbone.Module, Random);
            foreach (var (views, asked) in Views.split(images).Zip(gradient.split(images)))
            {
                using var portion = NewDisposeScope();
                using (autocast())
                {
                    autograd.backward([Backbone.Forward(views)], [asked]);
                }
            }
        }

        public void Dispose() => Array.ForEach([Views, Features, Random], tensor => tensor.Dispose());
    }

    private sealed record Recording(GradientCache Cache) : IDisposable
    {
        public void Dispose() => Cache.isRecording = false;
    }

    private sealed class PortionedBackbone(GradientCache cache, IBackbone whole) : IBackbone
    {
        public IBackbone Whole => whole;

        public nn.Module Module => whole.Module;

        public int Channels => whole.Channels;

        public int FeatureDimension => whole.FeatureDimension;

        public IReadOnlyList<BackboneLayer> Layers => whole.Layers;

        public Tensor Forward(Tensor images) => cache.Encode(whole, images);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) =>
            cache.isRecording ? throw Unfit("the maps of its layers") : whole.ForwardLayers(images);

        public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => whole.FeaturesOf(layers);

        public TOther? As<TOther>()
            where TOther : class => whole.As<TOther>() is null ? null : throw Unfit($"members of {typeof(TOther).Name}");
    }
}
