using System.ComponentModel.DataAnnotations;

namespace MyMethod;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyMethodOptions
{
    /// <summary>Length of a projection.</summary>
    [Range(1, 65536)]
    public int ProjectorOutput { get; init; } = 64;

    /// <summary>How much uniformity counts beside alignment.</summary>
    [Range(0.0, 100.0)]
    public double UniformityWeight { get; init; } = 1;
}

/// <summary>
/// Alignment and uniformity on the sphere, Wang and Isola 2020, https://arxiv.org/abs/2005.10242. Put your own method here.
/// </summary>
public sealed class MyMethodObjective : PretextObjective<IBackbone>
{
    private readonly MyMethodOptions options;
    private readonly nn.Module<Tensor, Tensor> projector; // a field is a state-dict key

    public MyMethodObjective(MyMethodOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = Heads.Mlp(Backbone.FeatureDimension, Backbone.FeatureDimension, options.ProjectorOutput, layers: 2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [n, C, H, W] each
        var (z1, z2) = (Embed(first), Embed(second)); // [n, D], of length 1
        var alignment = (z1 - z2).square().sum(1).mean();

        // Over the images of all processes, so that several train as one does.
        var uniformity = (Uniformity(step.Replicas.Gather(z1)) + Uniformity(step.Replicas.Gather(z2))) / 2;
        return new StepResult(
            alignment + (options.UniformityWeight * uniformity),
            ("alignment", alignment.detach()),
            ("uniformity", uniformity.detach()));
    }

    private Tensor Embed(Tensor images) => nn.functional.normalize(projector.call(Backbone.Forward(images)).AtLeastFloat32());

    /// <summary>log of the mean over pairs of images of e^(−2 · distance²); on the sphere the distance² is 2 − 2 · cosine.</summary>
    private static Tensor Uniformity(Tensor z)
    {
        var similarity = z.mm(z.t()); // [N, N]
        var others = ones_like(similarity).tril(-1).to_type(ScalarType.Bool);
        return ((4 * similarity.masked_select(others)) - 4).exp().mean().log();
    }
}
