using System.Runtime.ExceptionServices;
using SslFramework.Core.Distributed;

namespace SslFramework.Testing;

/// <summary>A process group whose processes are threads of one: training together, without any launcher.</summary>
public sealed class ThreadGroup : IProcessGroup
{
    private readonly Exchange exchange;

    private ThreadGroup(int rank, Exchange exchange) => (Rank, this.exchange) = (rank, exchange);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count => exchange.Count;

    /// <inheritdoc/>
    public int LocalRank => Rank;

    /// <inheritdoc/>
    public string? Waiting => null;

    /// <summary>Runs <paramref name="body"/> once a process, all at the same time, and returns the results by rank.</summary>
    /// <exception cref="Exception">The first failure of any; the others are released.</exception>
    public static T[] Run<T>(int count, Func<IProcessGroup, T> body)
    {
        using var exchange = new Exchange(count);
        var results = new T[count];
        var failures = new Exception?[count];
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                set_num_threads(1);
                using var group = new ThreadGroup(rank, exchange);
                results[rank] = body(group);
            }
            catch (Exception e)
            {
                failures[rank] = e;
                exchange.GiveUp();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(f => f is not (null or OperationCanceledException or { InnerException: OperationCanceledException })) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return results;
    }

    /// <inheritdoc/>
    public Task BeginSum(Tensor values)
    {
        if (values.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64))
        {
            throw new ArgumentException($"Tensors of {values.dtype} cannot be summed up over processes.", nameof(values)); // as those of real groups
        }

        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        values.copy_(exchange.Share(Rank, values, all => all.Aggregate((a, b) => a + b)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        exchange.Share(Rank, own, parts => all.copy_(cat([.. parts.Select(part => part.view(-1))]).view_as(all)));
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        using var gradient = no_grad();
        exchange.Share(Rank, values, all => Rank == 0 ? values : values.copy_(all[0]));
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => exchange.GiveUp();

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Exchange(int count) : IDisposable
    {
        private readonly Barrier barrier = new(count);
        private readonly CancellationTokenSource givenUp = new();
        private readonly Tensor[] slots = new Tensor[count];

        public int Count => count;

        /// <summary>Every process puts its tensor down, all read, and only then may anyone go on.</summary>
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
