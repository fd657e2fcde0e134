using SslFramework.Core.Diagnostics;
using TorchSharp.Modules;

namespace SslFramework.Plugins.ContextEncoder;

/// <summary>
/// Context encoders: predicts what is missing in an image from what surrounds it, compared pixel by pixel, and by a discriminator if asked
/// for. Pathak et al. 2016, https://arxiv.org/abs/1604.07379
/// </summary>
public sealed class ContextEncoderObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly Sequential decoder;
    private readonly Sequential? discriminator;
    private readonly ContextEncoderOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">Views, backbone and options do not go together.</exception>
    public ContextEncoderObjective(ContextEncoderOptions options, IBackboneFactory backbones, DataInfo data)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        data.RequireUnitRange("The objective \"context-encoder\"");
        var view = data.Views[0];
        var target = options.Hole == HoleKind.Random ? view : view with { Height = view.Height / 2, Width = view.Width / 2 };
        if (2 * options.Overlap >= Math.Min(target.Height, target.Width))
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"overlap\" {options.Overlap} leaves nothing to hide of {target.Height}×{target.Width} pixels; lower it.");
        }

        decoder = InpaintingNetworks.Decoder(ShapeOfMaps(view), target, options.DecoderWidth);
        discriminator = options.AdversarialWeight == 0 ? null : InpaintingNetworks.Discriminator(target, options.DiscriminatorWidth);
        RegisterComponents();
    }

    /// <summary>The authors train the generator at ten times the discriminator's rate.</summary>
    public override IReadOnlyList<ParameterRule> Rules =>
        discriminator is null ? [] : [new ParameterRule("discriminator.*") { LearningRate = 0.1 }];

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (seen, hole, color) = Cover(batch, step);
        var target = Region(batch.Single()) * 2 - 1; // −1 to 1
        var prediction = Predict(seen);
        var inside = options.Hole == HoleKind.Center ? ones_like(target) : hole.to(target.dtype) / hole.to(target.dtype).mean();
        var weights = options.Hole == HoleKind.Center
            ? InpaintingLoss.BorderWeights(target, options.Overlap, options.BorderWeight) : inside;
        var loss = InpaintingLoss.Reconstruction(prediction, target, weights);
        var error = InpaintingLoss.Reconstruction(prediction.detach(), target, inside); // as the authors print it
        List<(string Name, Tensor Value)> metrics =
        [
            ("squaredError", error),
            ("relativeError", error / InpaintingLoss.Reconstruction((color * 2) - 1, target, inside)),
        ];
        if (discriminator is not null)
        {
            var (judged, deceived) = Judge(target, prediction, metrics);
            loss = (loss * (1 - options.AdversarialWeight)) + (deceived * options.AdversarialWeight) + judged;
        }

        return new StepResult(loss, [.. metrics]);
    }

    /// <summary>Draws each view with its hole, and with the hole filled.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (view, (seen, hole, _)) = (batch.Single(), Cover(batch, step));
        var filled = view.clone();
        Region(filled).copy_((Predict(seen) + 1) / 2);
        filled = where(hole, filled, view);
        var pictures = stack([seen, filled, view], 1).clamp(0, 1).mul(255).round().to(uint8).cpu();
        return [new Figure("How the network fills the hole", pictures.MoveToOuterDisposeScope(), ["seen", "filled", "view"])];
    }

    /// <summary>
    /// Both sides of the adversarial loss in one backward: the first reaches the discriminator alone, the second what made the prediction.
    /// </summary>
    private (Tensor Judged, Tensor Deceived) Judge(Tensor target, Tensor prediction, List<(string Name, Tensor Value)> metrics)
    {
        var (real, made) = (Logits(target), Logits(prediction.detach())); // each with batch statistics of its own
        using var frozen = new FrozenParameters(discriminator!);
        var (judged, deceived) = (InpaintingLoss.Discriminator(real, made), InpaintingLoss.Generator(Logits(prediction)));
        var right = cat([real.detach().gt(0), made.detach().le(0)]).to(float32).mean();
        metrics.AddRange([("discriminatorLoss", judged.detach()), ("generatorLoss", deceived.detach()), ("discriminatorAccuracy", right)]);
        return (judged, deceived);

        Tensor Logits(Tensor squares) => discriminator!.call(squares).AtLeastFloat32();
    }

    /// <summary>Covers holes with the mean color of the images of all processes.</summary>
    private (Tensor Seen, Tensor Hole, Tensor Color) Cover(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var images = batch.Single(); // [N, C, H, W]
        var view = new ViewShape((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        var hole = options.Hole == HoleKind.Center
            ? Holes.Center(view, options.Overlap, batch.Device) : Holes.Random(batch, step.Random, options.HoleCells, options.HoleShare);
        var color = step.Replicas.Sum(images.mean([0, 2, 3], keepdim: true)) / step.Replicas.Count; // [1, C, 1, 1]
        return (where(hole, color, images).MoveToOuterDisposeScope(), hole.MoveToOuterDisposeScope(), color.MoveToOuterDisposeScope());
    }

    private Tensor Region(Tensor images) => options.Hole == HoleKind.Center ? Holes.MiddleOf(images) : images;

    /// <summary>[N, C, H, W] from 0 to 1 → the region from −1 to 1.</summary>
    private Tensor Predict(Tensor seen) => decoder.call(Backbone.ForwardLayers(seen)[^1]).AtLeastFloat32();

    /// <summary>Found by one forward of an empty image, because no backbone reports it.</summary>
    private long[] ShapeOfMaps(ViewShape view)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var modes = new KeptModes(Backbone.Module);
        Backbone.Module.eval();
        var last = Backbone.ForwardLayers(zeros(1, view.Channels, view.Height, view.Width))[^1];
        return last.ndim == 4 ? last.shape : throw new ExperimentException(
            FailureKind.Config,
            "The objective \"context-encoder\" needs a backbone whose last layer gives maps, and this one's does not; take \"resnet18\".");
    }
}
