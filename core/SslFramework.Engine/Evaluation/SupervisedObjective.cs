using SslFramework.Core.Objectives;

namespace SslFramework.Engine.Evaluation;

/// <summary>
/// Learns classes from labels, on the views that a method without labels gets: what the same budget buys with labels. It is
/// a baseline of evaluation, and no objective that experiments can name.
/// </summary>
internal sealed class SupervisedObjective : PretextObjective<IBackbone>
{
    private readonly TorchSharp.Modules.Linear head;
    private readonly IReadOnlyList<int> labels;

    /// <summary>Makes the objective.</summary>
    /// <param name="backbone">Is trained.</param>
    /// <param name="labels">The class of every image of the data source.</param>
    /// <param name="classes">Number of classes.</param>
    public SupervisedObjective(IBackbone backbone, IReadOnlyList<int> labels, int classes)
        : base(backbone)
    {
        this.labels = labels;
        head = nn.Linear(backbone.FeatureDimension, classes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var targets = tensor(batch.Indices.Select(index => (long)labels[(int)index]).ToArray(), device: batch.Device); // [N]
        var logits = batch.Views.Select(view => head.call(Backbone.Forward(view))).ToList(); // [N, C] each
        var loss = stack(logits.Select(scores => nn.functional.cross_entropy(scores, targets))).mean();
        return new StepResult(loss, ("accuracy", logits[0].argmax(1).eq(targets).to(float32).mean()));
    }
}
