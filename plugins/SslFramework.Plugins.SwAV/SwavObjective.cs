using TorchSharp.Modules;
using Embedding = SslFramework.Core.Diagnostics.Embedding;

namespace SslFramework.Plugins.SwAV;

/// <summary>
/// SwAV: assigns the large views of all images evenly to prototypes, and predicts the assignment of one view from every other view of the
/// image. Caron et al. 2020, https://arxiv.org/abs/2006.09882
/// </summary>
public sealed class SwavObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly Sequential projector;
    private readonly Linear prototypes; // C, weight [K, D], rows of length 1
    private readonly Tensor? queue; // [A, L, D], embeddings of each assigned view, the newest first; 0 if there is none yet
    private readonly PendingTensors made = new();
    private readonly SwavOptions options;

    /// <summary>Builds the objective.</summary>
    public SwavObjective(SwavOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        var (d, layers) = (options.Dimension, options.HiddenDimension == 0 ? 1 : 2);
        projector = Heads.Mlp(Backbone.FeatureDimension, options.HiddenDimension, d, layers, bias: true);
        prototypes = nn.Linear(d, options.Prototypes, hasBias: false);
        queue = options.QueueLength == 0 ? null : zeros(options.AssignedViews, options.QueueLength, d).DetachFromDisposeScope();
        RegisterComponents();
        Normalize();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (n, assigned) = (batch.Count, options.AssignedViews);
        Check(batch, step.Replicas);
        var z = Embed(batch.Views); // [V·n, D]
        using var float32Only = Autocast.Pause(batch.Device.type);
        var scores = prototypes.call(z).split(n, 0); // V · [n, K]
        Tensor[] logP = [.. scores.Select(s => nn.functional.log_softmax(s / options.Temperature, 1))]; // V · [n, K]
        Tensor[] q = [.. Enumerable.Range(0, assigned).Select(view => Assign(scores[view].detach(), view, step.Replicas))]; // A · [n, K]
        if (queue is not null && step.Epoch >= options.QueueStartEpoch)
        {
            made.Add(step, [.. z.detach().split(n, 0).Take(assigned).Select(step.Replicas.Gather)]); // A · [N, D]
        }

        var losses = from i in Enumerable.Range(0, assigned)
                     from v in Enumerable.Range(0, scores.Length)
                     where v != i
                     select (q[i] * logP[v]).sum(1).mean().neg();
        return new StepResult(stack([.. losses]).mean(), [.. Health(cat(q), cat(logP[..assigned]).detach(), z.narrow(0, 0, n).detach())]);
    }

    /// <summary>
    /// Cancels the gradient of the prototypes at first. The authors count steps; an epoch's number depends on the batch, and theirs are one
    /// epoch each.
    /// </summary>
    public override void BeforeUpdate(StepContext step)
    {
        if (step.Epoch < options.FreezePrototypesEpochs)
        {
            prototypes.weight.grad = null;
        }
    }

    /// <summary>
    /// Scales the prototypes to length 1, which the authors do before the next forward, and puts the embeddings into the queue, now that
    /// the step is accepted.
    /// </summary>
    public override void AfterUpdate(StepContext step)
    {
        Normalize();
        made.Empty(views =>
        {
            var newest = stack(views); // [A, N, D]
            queue!.copy_(cat([newest, queue.narrow(1, 0, options.QueueLength - newest.shape[1])], 1));
        });
    }

    /// <summary>Draws some first views, each beside the second view of its image and beside the nearest of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        batch.Views is not [var first, var second, ..] || !first.shape.SequenceEqual(second.shape) ? [] :
        [PairFigure.Draw(new ViewBatch([first, second], batch.Indices), (a, b) => (Embed([a]), Embed([b])))];

    /// <summary>V views [n, C, H, W] → rows of length 1, [V·n, D].</summary>
    private Tensor Embed(IReadOnlyList<Tensor> views) => projector.call(MultiCrop.Forward(Backbone, views)).UnitRows();

    /// <summary>Assigns this process's images of one view, [n, K], together with those of the others and with the queue.</summary>
    private Tensor Assign(Tensor scores, int view, IReplicas replicas)
    {
        if (queue is null)
        {
            return Sinkhorn.Assign(scores, options.Epsilon, options.Iterations, replicas);
        }

        // Every process has the whole queue, and adds a part of it. Until the queue is full, exp(−∞ / ε) = 0 keeps it out of all sums.
        var (from, to) = (options.QueueLength * replicas.Rank / replicas.Count, options.QueueLength * (replicas.Rank + 1) / replicas.Count);
        var waiting = queue[view]; // [L, D]
        var old = waiting.narrow(0, from, to - from).mm(prototypes.weight.detach().t()); // [L / processes, K]
        var counted = old.masked_fill(waiting[-1].eq(0).all(), double.NegativeInfinity);
        var all = Sinkhorn.Assign(cat([counted.to(scores.dtype), scores]), options.Epsilon, options.Iterations, replicas);
        return all.narrow(0, to - from, scores.shape[0]);
    }

    /// <summary>Numbers that show a collapse: of assignments q and log predictions log p, both [A·n, K], and embeddings [n, D].</summary>
    private IEnumerable<(string Name, Tensor Value)> Health(Tensor q, Tensor logP, Tensor z)
    {
        var mean = logP.exp().mean([0]); // p̄, [K]
        yield return ("assignmentEntropy", Entropy(q).mean()); // of one image, 0 to ln K
        yield return ("prototypeUse", Entropy(mean.unsqueeze(0)).exp().mean() / options.Prototypes); // 1 if all are predicted alike
        yield return ("agreement", q.argmax(1).eq(logP.argmax(1).roll(q.shape[0] / options.AssignedViews, 0)).to(float32).mean());
        yield return ("embeddingDeviation", Embedding.Deviation(z));

        static Tensor Entropy(Tensor p) => p.clamp_min(1e-30).log().mul(p).sum(1).neg();
    }

    private void Normalize()
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        prototypes.weight.copy_(nn.functional.normalize(prototypes.weight, dim: 1));
    }

    private void Check(ViewBatch batch, IReplicas replicas)
    {
        var problem = batch.Views.Count < Math.Max(2, options.AssignedViews)
            ? $"SwAV assigns {options.AssignedViews} views and predicts them from others, but the augmentation makes {batch.Views.Count}; "
                + "add views to \"augmentation\", or lower \"assignedViews\" in \"objective\""
            : queue is not null && batch.Count * replicas.Count > options.QueueLength
            ? $"A step brings {batch.Count * replicas.Count} images, more than the queue of {options.QueueLength} takes; "
                + "raise \"queueLength\" in \"objective\", or set it to 0"
            : null;
        if (problem is not null)
        {
            throw new ExperimentException(FailureKind.Config, problem + ".");
        }
    }
}
