using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Core.Distributed;

/// <summary>Gives a plugin its view of a process group. Autograd runs backward in the same order in every process.</summary>
public sealed class GroupReplicas(IProcessGroup group) : IReplicas
{
    /// <inheritdoc/>
    public int Rank => group.Rank;

    /// <inheritdoc/>
    public int Count => group.Count;

    /// <summary>Makes what a plugin sees of a group.</summary>
    public static IReplicas Over(IProcessGroup group) => group.Count == 1 ? SingleReplica.Instance : new GroupReplicas(group);

    /// <inheritdoc/>
    public Tensor Gather(Tensor rows) => GatherFunction.Run(rows, this);

    /// <inheritdoc/>
    public Tensor Sum(Tensor local) => SumFunction.Run(local, this);

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var own = values.detach().contiguous();
        group.Broadcast(own);
        values.copy_(own);
    }

    /// <summary>
    /// The sum over all processes, without gradient. Half-precision numbers, which groups cannot sum, are summed in float32.
    /// </summary>
    internal Tensor Summed(Tensor local)
    {
        var isHalf = local.dtype is ScalarType.BFloat16 or ScalarType.Float16;
        var sum = local.detach().contiguous().to(isHalf ? ScalarType.Float32 : local.dtype, copy: true);
        group.Sum(sum);
        return isHalf ? sum.to(local.dtype) : sum;
    }

    /// <summary>Rows of all processes, without gradient.</summary>
    internal Tensor Gathered(Tensor rows)
    {
        var own = rows.detach().contiguous();
        var all = empty([Count * rows.shape[0], .. rows.shape[1..]], rows.dtype, rows.device);
        group.Gather(own, all);
        return all;
    }

    /// <summary>Keeps a failure inside a backward until it is over.</summary>
    internal static Tensor Guarded(Func<Tensor> backward, Tensor asked)
    {
        try
        {
            return backward();
        }
        catch (Exception e)
        {
            BackwardFailure.Keep("Exchanging gradients", e);
            return zeros_like(asked);
        }
    }

    private sealed class GatherFunction : ScopedFunction<GatherFunction>
    {
        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            ctx.save_data("replicas", vars[1]);
            return ((GroupReplicas)vars[1]).Gathered((Tensor)vars[0]);
        }

        protected override List<Tensor> Backward(autograd.AutogradContext ctx, Tensor grad)
        {
            var replicas = (GroupReplicas)ctx.get_data("replicas");
            var rows = grad.shape[0] / replicas.Count;
            var own = grad.narrow(0, replicas.Rank * rows, rows);
            return [Guarded(() => replicas.Summed(grad).narrow(0, replicas.Rank * rows, rows), own), null!];
        }
    }

    private sealed class SumFunction : ScopedFunction<SumFunction>
    {
        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            ctx.save_data("replicas", vars[1]);
            return ((GroupReplicas)vars[1]).Summed((Tensor)vars[0]);
        }

        protected override List<Tensor> Backward(autograd.AutogradContext ctx, Tensor grad)
        {
            var replicas = (GroupReplicas)ctx.get_data("replicas");
            return [Guarded(() => replicas.Summed(grad), grad), null!];
        }
    }
}
