using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MoCo;

/// <summary>Options that MoCo and its baselines have in common; the defaults are the paper's.</summary>
public abstract record ProjectionOptions
{
    /// <summary>D, the length of a query or key.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>The network between the backbone and the loss; it is discarded after pretraining.</summary>
    public ProjectorKind Projector { get; init; }

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    internal nn.Module<Tensor, Tensor> CreateProjector(int features) => Projector == ProjectorKind.Mlp
        ? Heads.Mlp(features, features, Dimension, layers: 2, hidden: HeadNorm.None, bias: true)
        : nn.Linear(features, Dimension);
}

/// <summary>Kinds of projectors.</summary>
public enum ProjectorKind
{
    /// <summary>One linear layer, as in MoCo v1.</summary>
    Linear,

    /// <summary>Linear, ReLU, linear, as in MoCo v2 (https://arxiv.org/abs/2003.04297).</summary>
    Mlp,
}
