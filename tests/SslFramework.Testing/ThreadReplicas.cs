using System.Runtime.ExceptionServices;

namespace SslFramework.Testing;

/// <summary>Replicas that are threads of one process: what an objective does at 2 or 4 processes, without any.</summary>
public sealed class ThreadReplicas : IReplicas
{
    private readonly Exchange exchange;

    private ThreadReplicas(int rank, Exchange exchange) => (Rank, this.exchange) = (rank, exchange);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count => exchange.Count;

    /// <summary>Runs <paramref name="body"/> once a replica, all at the same time, and returns the results by rank.</summary>
    /// <exception cref="Exception">The first failure of any replica; the others are released.</exception>
    public static T[] Run<T>(int count, Func<IReplicas, T> body)
    {
        using var exchange = new Exchange(count);
        var results = new T[count];
        var failures = new Exception?[count];
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                set_num_threads(1);
                results[rank] = body(new ThreadReplicas(rank, exchange));
            }
            catch (Exception e)
            {
                failures[rank] = e;
                exchange.GiveUp();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(f => f is not (null or OperationCanceledException)) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return results;
    }

    /// <inheritdoc/>
    public Tensor Gather(Tensor rows) => GatherFunction.apply(rows, this);

    /// <inheritdoc/>
    public Tensor Sum(Tensor local) => SumFunction.apply(local, this);

    /// <inheritdoc/>
    public void Same(Tensor values)
    {
        using var gradient = no_grad();
        exchange.Share(Rank, values, all =>
        {
            values.copy_(all[0]);
            return values;
        });
    }

    private Tensor GatherRows(Tensor rows) => exchange.Share(Rank, rows, all => cat(all));

    private Tensor SumUp(Tensor local) => exchange.Share(Rank, local, all => all.Aggregate((a, b) => a + b));

    private sealed class GatherFunction : autograd.SingleTensorFunction<GatherFunction>
    {
        public override string Name => nameof(GatherFunction);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (rows, replicas) = ((Tensor)vars[0], (ThreadReplicas)vars[1]);
            ctx.save_data("replicas", replicas);
            return replicas.GatherRows(rows.detach());
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad)
        {
            var replicas = (ThreadReplicas)ctx.get_data("replicas");
            var rows = grad.shape[0] / replicas.Count;
            return [replicas.SumUp(grad).narrow(0, replicas.Rank * rows, rows), null!];
        }
    }

    private sealed class SumFunction : autograd.SingleTensorFunction<SumFunction>
    {
        public override string Name => nameof(SumFunction);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (local, replicas) = ((Tensor)vars[0], (ThreadReplicas)vars[1]);
            ctx.save_data("replicas", replicas);
            return replicas.SumUp(local.detach());
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad) =>
            [((ThreadReplicas)ctx.get_data("replicas")).SumUp(grad), null!];
    }

    private sealed class Exchange(int count) : IDisposable
    {
        private readonly Barrier barrier = new(count);
        private readonly CancellationTokenSource givenUp = new();
        private readonly Tensor[] slots = new Tensor[count];

        public int Count => count;

        /// <summary>Every replica puts its tensor down, all read, and only then may anyone go on.</summary>
        public Tensor Share(int rank, Tensor mine, Func<Tensor[], Tensor> read)
        {
            slots[rank] = mine;
            barrier.SignalAndWait(givenUp.Token);
            var result = read(slots);
            barrier.SignalAndWait(givenUp.Token);
            return result;
        }

        public void GiveUp() => givenUp.Cancel();

        public void Dispose()
        {
            barrier.Dispose();
            givenUp.Dispose();
        }
    }
}
