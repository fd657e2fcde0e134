using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.DINO;

/// <summary>
/// DINO: a student predicts from any view how its own moving average, the teacher, sees another, global view of the image: a
/// distribution over prototypes. The teacher is what is evaluated and exported. Caron et al. 2021, https://arxiv.org/abs/2104.14294
/// </summary>
public sealed class DinoObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly DinoHead head;
    private readonly Student student;
    private readonly Center center;
    private readonly DinoOptions options;

    /// <summary>Builds the objective. Both networks start as the same.</summary>
    public DinoObjective(DinoOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        head = new DinoHead(Backbone.FeatureDimension, options.Head);
        student = new Student(backbones.Create<IBackbone>(), new DinoHead(Backbone.FeatureDimension, options.Head));
        student.StartAs(Backbone, head);
        center = new Center(options.Head.Prototypes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var globals = Crops.Globals(batch, options.GlobalViews);
        var targets = Targets(globals, step); // [G, N, K]: first, while no activations are kept
        var scores = student.Scores(batch.Views).view(batch.Views.Count, batch.Count, -1); // [V, N, K]
        using var float32Only = Autocast.Pause(batch.Device.type);
        var loss = Distillation.OtherViews(targets, (scores / options.StudentTemperature).log_softmax(-1));
        var entropy = Distillation.Entropy(targets);
        return new StepResult(
            loss, ("teacherEntropy", entropy), ("divergence", loss.detach() - entropy), ("centerNorm", center.Values.norm()));
    }

    /// <summary>Shortens the gradient of each parameter, and takes that of the prototypes away while they are frozen.</summary>
    public override void BeforeUpdate(StepContext step) =>
        student.Restrain(options.ClipEach, arePrototypesFrozen: step.Epoch < options.FrozenPrototypeEpochs);

    /// <summary>Moves the center and the teacher.</summary>
    public override void AfterUpdate(StepContext step)
    {
        center.Update(options.CenterMomentum);
        student.Lead(Backbone, head, MomentumSchedule.Cosine(options.Momentum, step.Progress));
    }

    /// <summary>Draws some views beside another view of the image and the nearest of another image, as the teacher sees them.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        !batch.Views[0].shape.SequenceEqual(batch.Views[1].shape) ? [] :
        [
            PairFigure.Draw(new ViewBatch([.. batch.Views.Take(2)], batch.Indices), (one, other) => (Embedded(one), Embedded(other))),
        ];

    private Tensor Embedded(Tensor view) => head.Embed(Backbone.Forward(view));

    private Tensor Targets(IReadOnlyList<Tensor> globals, StepContext step)
    {
        using var gradient = no_grad();
        var scores = head.call(Crops.Encode(globals, Backbone.Forward)); // [G · N, K]
        center.Keep(scores, step);
        var temperature = Distillation.Temperature(
            step.Epoch, options.FirstTeacherTemperature, options.TeacherTemperature, options.TemperatureWarmupEpochs);
        return ((scores - center.Values) / temperature).softmax(-1).view(globals.Count, globals[0].shape[0], -1);
    }
}
