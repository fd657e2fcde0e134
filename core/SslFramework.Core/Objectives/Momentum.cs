using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// Momentum encoders: networks that follow another one slowly and never see a gradient. He et al. 2020,
/// https://arxiv.org/abs/1911.05722
/// </summary>
public static class Momentum
{
    /// <summary>Makes <paramref name="target"/> an exact copy without gradient; from now on only <see cref="Update"/> changes it.</summary>
    /// <param name="target">A network of the same architecture.</param>
    /// <param name="source">The network that it will follow.</param>
    /// <exception cref="ExperimentException">The two have different keys or shapes.</exception>
    public static void Start(nn.Module target, nn.Module source)
    {
        StateDict.Load(target, StateDict.Of(source), source: "The momentum encoder's start");
        foreach (var parameter in target.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>
    /// target ← m·target + (1 − m)·source, parameter by parameter. Buffers do not change: the target's batch norms keep their own
    /// statistics.
    /// </summary>
    /// <param name="target">The network that <see cref="Start"/> prepared.</param>
    /// <param name="source">The network that it follows.</param>
    /// <param name="momentum">m, 0 (becomes the source) to 1 (does not move).</param>
    public static void Update(nn.Module target, nn.Module source, double momentum)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();

        // As target + (1 − m)·(source − target), a parameter that equals its source, such as a frozen one, stays equal to the bit.
        TensorLists.Lerp([.. target.parameters()], [.. source.parameters()], 1 - momentum);
    }
}
