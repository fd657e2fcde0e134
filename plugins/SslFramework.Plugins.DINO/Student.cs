using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Plugins.DINO;

/// <summary>The network that is trained by gradient; a teacher follows it.</summary>
public sealed class Student : nn.Module
{
    private readonly IBackbone backbone;
    private readonly DinoHead head;

    /// <summary>Combines a backbone and a head; state-dict keys begin with <c>backbone.</c> and <c>head.</c></summary>
    public Student(IBackbone backbone, DinoHead head)
        : base(nameof(Student))
    {
        (this.backbone, this.head) = (backbone, head);
        register_module("backbone", backbone.Module);
        register_module("head", head);
    }

    /// <summary>The head.</summary>
    public DinoHead Head => head;

    /// <summary>Scores of views of any sizes: one pass of the backbone per size, and one of the head.</summary>
    /// <param name="views">V views [N, C, H, W].</param>
    /// <returns>[V · N, K], view by view.</returns>
    public Tensor Scores(IReadOnlyList<Tensor> views) => head.call(MultiCrop.Forward(backbone, views));

    /// <summary>
    /// Becomes a copy of the teacher, which from now on has no gradient and skips no branch: what is evaluated without training is the
    /// teacher's own start.
    /// </summary>
    public void StartAs(IBackbone teacher, DinoHead teachersHead)
    {
        StateDict.Load(backbone.Module, StateDict.Of(teacher.Module), source: "The student's start");
        Momentum.Start(teacher.Module, backbone.Module);
        Momentum.Start(teachersHead, head);
        if (teacher.As<IStochasticDepth>() is { } deep)
        {
            deep.DropPath = 0;
        }
    }

    /// <summary>teacher ← m·teacher + (1 − m)·student.</summary>
    public void Lead(IBackbone teacher, DinoHead teachersHead, double momentum)
    {
        Momentum.Update(teacher.Module, backbone.Module, momentum);
        Momentum.Update(teachersHead, head, momentum);
    }

    /// <summary>
    /// Shortens the gradient of each parameter to a length, and takes that of frozen prototypes away: optimizers skip them.
    /// </summary>
    public void Restrain(double? length, bool arePrototypesFrozen)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        if (arePrototypesFrozen)
        {
            head.FreezePrototypes();
        }

        foreach (var each in parameters().Select(parameter => parameter.grad).OfType<Tensor>())
        {
            each.mul_((each.norm() + 1e-6).reciprocal().mul(length ?? double.PositiveInfinity).clamp_max(1));
        }
    }
}
