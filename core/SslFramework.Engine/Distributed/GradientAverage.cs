using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Engine.Distributed;

/// <summary>
/// The mean of all processes' gradients, exchanged in buckets. On processors a bucket may be sent as soon as the backward is done
/// with its parameters, while it continues with others. Parameters without gradient keep none, so that optimizers keep skipping them.
/// </summary>
internal sealed class GradientAverage : IDisposable
{
    private readonly IProcessGroup group;
    private readonly List<Bucket> buckets = [];
    private GradientTaps? taps;

    /// <summary>Makes the buckets. Those of the last parameters, whose gradients are ready first, come first.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="module">The module whose trainable parameters are averaged.</param>
    /// <param name="bucketBytes">The most bytes that a bucket holds, unless one parameter is larger.</param>
    /// <param name="early">Whether buckets may be sent during a backward, if all processes agree.</param>
    public GradientAverage(IProcessGroup group, nn.Module module, long bucketBytes, bool early)
    {
        this.group = group;
        if (group.Count == 1)
        {
            return;
        }

        var isEarly = group.All(early); // some may have fewer cores than others
        var filling = new List<(string Name, Parameter Value)>();
        foreach (var (name, parameter) in module.named_parameters().Where(pair => pair.parameter.requires_grad).Reverse())
        {
            if (filling.Count > 0
                && (filling[0].Value.dtype != parameter.dtype || filling.Sum(p => Bytes(p.Value)) + Bytes(parameter) > bucketBytes))
            {
                buckets.Add(new Bucket(filling));
                filling = [];
            }

            filling.Add((name, parameter));
        }

        if (filling.Count == 0)
        {
            return;
        }

        // The last bucket has the first layers: nothing is left to compute when their gradients are ready. On a GPU nothing is gained,
        // because sums queue up behind the kernels of the backward.
        if (isEarly && buckets.Count > 0 && filling[0].Value.device_type == DeviceType.CPU)
        {
            taps = new GradientTaps(module, buckets.SelectMany(bucket => bucket.Names), SendWhatIsDone);
        }

        buckets.Add(new Bucket(filling));
    }

    /// <summary>Number of buckets that were sent during a backward.</summary>
    public long SentEarly { get; private set; }

    /// <summary>Number of buckets that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>
    /// Watches the last loss of a step, which must be computed before Dispose. Buckets are sent in its backward, after which
    /// only <see cref="Average"/> may touch the gradients.
    /// </summary>
    public IDisposable? WatchLoss() => taps?.Count();

    /// <summary>Replaces each gradient by the mean of all processes.</summary>
    public void Average()
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        if (taps is not null)
        {
            SumLateGradients();
        }

        foreach (var bucket in buckets.Where(bucket => bucket.Sum is null))
        {
            bucket.Send(group);
        }

        buckets.ForEach(bucket => bucket.Restore(group.Count));
        Sent += buckets.Count;
    }

    public void Dispose()
    {
        taps?.Dispose();
        buckets.ForEach(bucket => bucket.Dispose());
    }

    private static long Bytes(Parameter parameter) => parameter.numel() * parameter.ElementSize;

    /// <summary>Runs inside a backward, which no exception may leave.</summary>
    private void SendWhatIsDone()
    {
        try
        {
            using var gradient = no_grad();
            using var scope = NewDisposeScope();
            foreach (var bucket in buckets.SkipLast(1).Where(bucket => bucket.Sum is null && bucket.Names.All(taps!.IsDone)))
            {
                bucket.Send(group);
                SentEarly++;
            }
        }
        catch (Exception e)
        {
            BackwardFailure.Keep("Exchanging gradients", e);
        }
    }

    /// <summary>
    /// If gradients arrived after their bucket was sent (weights used twice in the loss, for example), they are summed as well, and
    /// from the next step on all buckets are sent after the backward.
    /// </summary>
    private void SumLateGradients()
    {
        if (group.All(!buckets.Exists(bucket => bucket.IsLate)))
        {
            return;
        }

        foreach (var bucket in buckets.Where(bucket => bucket.Sum is not null))
        {
            bucket.AddLateOnes(group);
        }

        taps!.Dispose();
        taps = null;
    }

    private sealed class Bucket : IDisposable
    {
        private readonly Parameter[] parameters;
        private readonly Tensor all;
        private readonly Tensor[] parts;
        private readonly Tensor?[] gradients; // detached from the parameters between Send and Restore

        public Bucket(List<(string Name, Parameter Value)> members)
        {
            (Names, parameters) = ([.. members.Select(p => p.Name)], [.. members.Select(p => p.Value)]);
            gradients = new Tensor?[parameters.Length];
            all = zeros(parameters.Sum(p => p.numel()), parameters[0].dtype, parameters[0].device).DetachFromDisposeScope();
            parts = Parts(all);
            Array.ForEach(parts, part => part.DetachFromDisposeScope());
        }

        public string[] Names { get; }

        /// <summary>The sum in progress, or null.</summary>
        public Task? Sum { get; private set; }

        /// <summary>Whether gradients arrived after it was sent.</summary>
        public bool IsLate => Sum is not null && Array.Exists(parameters, p => p.grad is not null);

        public void Send(IProcessGroup group)
        {
            all.zero_();
            Detach(parts);
            Sum = group.BeginSum(all);
        }

        public void AddLateOnes(IProcessGroup group)
        {
            Sum!.GetAwaiter().GetResult();
            var late = zeros_like(all);
            Detach(Parts(late));
            group.Sum(late);
            all.add_(late);
        }

        public void Restore(int processes)
        {
            Sum!.GetAwaiter().GetResult();
            Sum = null;
            all.div_(processes);
            var own = Enumerable.Range(0, parameters.Length).Where(i => gradients[i] is not null).ToArray();
            TensorLists.Copy([.. own.Select(i => gradients[i]!)], [.. own.Select(i => parts[i])]);
            foreach (var i in own)
            {
                parameters[i].grad = gradients[i];
                gradients[i]!.Dispose();
                gradients[i] = null;
            }
        }

        public void Dispose()
        {
            Array.ForEach(parts, part => part.Dispose());
            Array.ForEach(gradients, gradient => gradient?.Dispose());
            all.Dispose();
        }

        private Tensor[] Parts(Tensor flat)
        {
            var (start, cut) = (0L, new Tensor[parameters.Length]);
            for (var i = 0; i < cut.Length; start += parameters[i].numel(), i++)
            {
                cut[i] = flat.narrow(0, start, parameters[i].numel()).view(parameters[i].shape);
            }

            return cut;
        }

        /// <summary>Copies the existing gradients and keeps them for <see cref="Restore"/>.</summary>
        private void Detach(Tensor[] targets)
        {
            var own = new List<(Tensor Target, Tensor Gradient)>();
            for (var i = 0; i < parameters.Length; i++)
            {
                if (parameters[i].grad is { } gradient)
                {
                    own.Add((targets[i], gradient));
                    gradients[i] ??= gradient.DetachFromDisposeScope();
                    parameters[i].grad = null;
                }
            }

            TensorLists.Copy([.. own.Select(pair => pair.Target)], [.. own.Select(pair => pair.Gradient)]);
        }
    }
}
