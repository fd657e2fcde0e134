using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MoCo;

/// <summary>What MoCo and its baselines have in common; the defaults are the paper's.</summary>
public abstract record ProjectionOptions
{
    /// <summary>D, the length of a query or key.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>What stands between the backbone and the loss; it is thrown away after pretraining.</summary>
    public ProjectorKind Projector { get; init; }

    /// <summary>τ.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    internal nn.Module<Tensor, Tensor> CreateProjector(int features) => Projector == ProjectorKind.Mlp
        ? Heads.Mlp(features, features, Dimension, layers: 2, hidden: HeadNorm.None, bias: true)
        : nn.Linear(features, Dimension);
}

/// <summary>Projectors.</summary>
public enum ProjectorKind
{
    /// <summary>One linear layer, as MoCo v1.</summary>
    Linear,

    /// <summary>Linear, ReLU, linear, as MoCo v2 (https://arxiv.org/abs/2003.04297).</summary>
    Mlp,
}
