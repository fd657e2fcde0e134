using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.Rotation;

/// <summary>Rotates images by 0, 90, 180 and 270 degrees and classifies the rotation.</summary>
public sealed class RotationObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const int Turns = 4;
    private readonly nn.Module<Tensor, Tensor> head;
    private readonly RotationOptions options;

    /// <summary>Builds the objective.</summary>
    public RotationObjective(RotationOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        head = nn.Linear(Backbone.FeatureDimension, Turns);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = Square(batch.Single()); // [N, C, H, H]
        var (turned, turns) = options.Turns == TurnChoice.All ? TurnAll(images) : TurnOne(images, step.Random.Integers(batch, 1, Turns));

        var logits = head.call(Backbone.Forward(turned)).AtLeastFloat32(); // [4N or N, 4]
        var loss = nn.functional.cross_entropy(logits, turns);
        return new StepResult(loss, ("accuracy", logits.detach().argmax(1).eq(turns).to(float32).mean()));
    }

    /// <summary>Draws some images in all four rotations, each with the rotation that the network predicts.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (turned, turns) = TurnAll(Square(batch.Single())); // [4N, C, H, H]
        var shares = head.call(Backbone.Forward(turned)).AtLeastFloat32().softmax(1).cpu(); // [4N, 4]
        var (highest, guesses) = shares.max(1);
        string[] captions = [.. Enumerable.Range(0, (int)turned.shape[0]).Select(i =>
            $"{90 * guesses[i].item<long>()}° {highest[i].item<float>():P0}"
            + $"{(guesses[i].item<long>() == turns[i].item<long>() ? "" : ", wrong")}")];

        var pictures = ShownPixels.Of(turned).unflatten(0, [-1, Turns]).cpu(); // [N, 4, C, H, H]
        return [new Figure(
            "Turns, and below each what the network takes it for",
            pictures.MoveToOuterDisposeScope(),
            ["0°", "90°", "180°", "270°"]) { Captions = captions }];
    }

    /// <summary>Rotates every image by all four angles, side by side: image 0 by 0, 90, 180, 270, image 1 by 0 …</summary>
    private static (Tensor Images, Tensor Turns) TurnAll(Tensor images)
    {
        var turned = stack([.. Enumerable.Range(0, Turns).Select(turn => images.rot90(turn, (2, 3)))], dim: 1); // [N, 4, C, H, H]
        return (turned.flatten(0, 1), arange(Turns, int64, images.device).repeat(images.shape[0])); // [4N, C, H, H], [4N]
    }

    /// <summary>Rotates every image by one random angle.</summary>
    private static (Tensor Images, Tensor Turns) TurnOne(Tensor images, Tensor turn)
    {
        var (all, _) = TurnAll(images);
        var row = arange(images.shape[0], int64, images.device) * Turns;
        return (all.index_select(0, row + turn.flatten()), turn.flatten());
    }

    private static Tensor Square(Tensor images) => images.shape[2] == images.shape[3]
        ? images
        : throw new ExperimentException(
            FailureKind.Config,
            $"Rotation turns square images only, but the views are {images.shape[2]}×{images.shape[3]}; "
            + "end the recipe with a square crop.");
}
