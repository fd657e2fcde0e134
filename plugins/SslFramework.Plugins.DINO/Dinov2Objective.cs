using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.DINO;

/// <summary>
/// DINOv2: DINO, whose student also has to tell what the teacher sees in patches that the student does not get, and whose features are
/// spread out. Oquab et al. 2023, https://arxiv.org/abs/2304.07193; iBOT, Zhou et al. 2022, https://arxiv.org/abs/2111.07832, by options
/// </summary>
public sealed class Dinov2Objective : PretextObjective<ITokenBackbone>
{
    private const int SinkhornIterations = 3;

    private readonly DinoHead head;
    private readonly DinoHead? patchHead;
    private readonly Student student;
    private readonly DinoHead? studentPatchHead;
    private readonly Parameter maskToken; // [1, 1, D]
    private readonly Center center;
    private readonly Center patchCenter;
    private readonly Func<ITokenBackbone> trained;
    private readonly Dinov2Options options;

    /// <summary>Builds the objective. Both networks start as the same.</summary>
    /// <exception cref="ExperimentException">The backbone has no class token.</exception>
    public Dinov2Objective(Dinov2Options options, IBackboneFactory backbones)
        : base(backbones.Create<ITokenBackbone>())
    {
        this.options = options;
        if (Backbone.PrefixTokens == 0)
        {
            throw new ExperimentException(
                FailureKind.Config, "DINOv2 compares class tokens, and the backbone has none; set \"classToken\" to true in \"backbone\".");
        }

        var second = backbones.Create<ITokenBackbone>();
        trained = () => second;
        head = NewHead();
        student = new Student(second, NewHead());
        student.StartAs(Backbone, head);
        if (options.SeparateHead)
        {
            (patchHead, studentPatchHead) = (NewHead(), NewHead());
            Momentum.Start(patchHead, studentPatchHead);
        }

        maskToken = new Parameter(zeros(1, 1, Backbone.TokenDimension));
        (center, patchCenter) = (new(options.Head.Prototypes), new(options.Head.Prototypes));
        RegisterComponents();
    }

    /// <summary>The lower a block of the student, the lower its rate.</summary>
    public override IReadOnlyList<ParameterRule> Rules
    {
        get
        {
            var decayed = LayerDecay.Of(trained(), options.LayerDecay);
            var trainable = decayed.Items.Where(p => p.Value.requires_grad).Select(p => p.Name).ToList();
            return
            [
                .. trainable.Select(name => Rate(name, decayed.Factors[name].LearningRate)),
                .. trainable.Where(name => name.StartsWith("patch_embed.", StringComparison.Ordinal))
                    .Select(name => Rate(name, options.PatchEmbeddingRate)),
                new ParameterRule("maskToken") { LearningRate = decayed.Factors.Values.Min(factors => factors.LearningRate) },
            ];

            static ParameterRule Rate(string name, double factor) => new($"student.backbone.{name}") { LearningRate = factor };
        }
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var globals = Crops.Globals(batch, options.GlobalViews);
        var (count, side) = (globals.Count, Backbone.PatchSize);
        if (batch.Count * step.Replicas.Count < 2)
        {
            throw new ExperimentException(
                FailureKind.Config, "DINOv2 spreads the images of a batch, and one image has no others; raise \"training.batchSize\".");
        }

        var grid = ((int)globals[0].shape[2] / side, (int)globals[0].shape[3] / side);
        var masked = MaskedPatches.Draw(batch, step, count, grid, options.Masks);
        var images = cat([.. globals]); // [G · N, C, H, W]
        var (targets, patchTargets) = Targets(images, masked, step); // [G · N, K], [M, K]: first, while no activations are kept

        var (tokens, patches) = Encode(trained(), images, masked); // [G · N, D], [M, D]
        Tensor[] locals = [.. batch.Views.Skip(count)];
        var features = locals.Length == 0 ? tokens : cat([tokens, MultiCrop.Forward(trained(), locals)]); // [V · N, D]
        var logs = Logs(student.Head.call(features)).view(batch.Views.Count, batch.Count, -1); // [V, N, K]
        var patchLogs = Logs((studentPatchHead ?? student.Head).call(patches)); // [M, K]

        using var float32Only = Autocast.Pause(batch.Device.type);
        targets = targets.view(count, batch.Count, -1);
        var views = Distillation.OtherViews(targets, logs);
        var patch = masked.CrossEntropy(patchTargets, patchLogs);
        var spread = tokens.chunk(count).Select(view => KoLeo.Loss(view, step.Replicas)).Aggregate((a, b) => a + b);
        return new StepResult(
            views + (options.PatchWeight * patch) + (options.KoLeoWeight * spread),
            ("viewLoss", views.detach()),
            ("patchLoss", patch.detach()),
            ("koLeo", spread.detach()),
            ("teacherEntropy", Distillation.Entropy(targets)));
    }

    /// <summary>Shortens gradients, and takes those of the prototypes away while they are frozen.</summary>
    public override void BeforeUpdate(StepContext step)
    {
        foreach (var part in new nn.Module?[] { trained().Module, student.Head, studentPatchHead }.OfType<nn.Module>())
        {
            if (step.Epoch < options.FrozenPrototypeEpochs && part is DinoHead ofPart)
            {
                ofPart.FreezePrototypes();
            }

            if (options.ClipEach is { } length)
            {
                Gradients.ClipNorm(part == trained().Module ? part.parameters().Append(maskToken) : part.parameters(), length).Dispose();
            }
        }
    }

    /// <summary>Moves the centers and the teacher.</summary>
    public override void AfterUpdate(StepContext step)
    {
        center.Update(options.CenterMomentum);
        patchCenter.Update(options.CenterMomentum);
        var momentum = MomentumSchedule.Cosine(options.Momentum, step.Progress);
        student.Lead(Backbone, head, momentum);
        if (patchHead is not null)
        {
            Momentum.Update(patchHead, studentPatchHead!, momentum);
        }
    }

    private DinoHead NewHead() => new(Backbone.TokenDimension, options.Head with { TrainLength = options.Head.TrainLength ?? true });

    private Tensor Logs(Tensor scores) => (scores / options.StudentTemperature).log_softmax(-1);

    /// <summary>Class tokens [G · N, D] and masked patches [M, D] of global views, for the student without what is masked.</summary>
    private (Tensor Tokens, Tensor Patches) Encode(ITokenBackbone backbone, Tensor images, MaskedPatches masked)
    {
        var embedded = backbone.EmbedPatches(images); // [G · N, L, D]
        var seen = backbone == Backbone ? embedded : where(masked.Mask.unsqueeze(2), maskToken.to(embedded.dtype), embedded);
        var positions = backbone.PositionsFor((int)images.shape[2] / backbone.PatchSize, (int)images.shape[3] / backbone.PatchSize);
        var encoded = backbone.EncodeTokens(seen + positions); // [G · N, prefix + L, D]
        return (encoded.select(1, 0), masked.Take(encoded.narrow(1, backbone.PrefixTokens, embedded.shape[1])));
    }

    private (Tensor Views, Tensor Patches) Targets(Tensor images, MaskedPatches masked, StepContext step)
    {
        using var gradient = no_grad();
        var (tokens, patches) = Encode(Backbone, images, masked);
        var (scores, patchScores) = (head.call(tokens), (patchHead ?? head).call(patches));
        var done = options.TemperatureWarmupEpochs > 0 ? Math.Min(1, step.Epoch / options.TemperatureWarmupEpochs) : 1;
        var temperature = options.FirstTeacherTemperature + ((options.TeacherTemperature - options.FirstTeacherTemperature) * done);
        if (options.Centering == Centering.Sinkhorn)
        {
            return (
                Sinkhorn.Assign(scores, temperature, SinkhornIterations, step.Replicas),
                Sinkhorn.Assign(patchScores, temperature, SinkhornIterations, step.Replicas));
        }

        center.Keep(scores, step);
        patchCenter.Keep(patchScores, step);
        return (((scores - center.Values) / temperature).softmax(-1), ((patchScores - patchCenter.Values) / temperature).softmax(-1));
    }
}
