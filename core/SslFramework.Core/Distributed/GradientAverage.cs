using SslFramework.Core.Optimization;

namespace SslFramework.Core.Distributed;

/// <summary>
/// The mean of all processes' gradients, exchanged in buckets: while one is summed up, the next is filled. Parameters without
/// gradient stay without, so that optimizers go on skipping them.
/// </summary>
internal sealed class GradientAverage : IDisposable
{
    private const long BucketBytes = 25 << 20; // as torch's DistributedDataParallel

    private readonly IProcessGroup group;
    private readonly List<Bucket> buckets = [];

    /// <summary>Makes the buckets; those of the last parameters, whose gradients are there first, come first.</summary>
    public GradientAverage(IProcessGroup group, IEnumerable<Parameter> parameters)
    {
        this.group = group;
        var filling = new List<Parameter>();
        foreach (var parameter in group.Count == 1 ? [] : parameters.Reverse())
        {
            if (filling.Count > 0 && (filling[0].dtype != parameter.dtype || filling.Append(parameter).Sum(Bytes) > BucketBytes))
            {
                buckets.Add(new Bucket(filling));
                filling = [];
            }

            filling.Add(parameter);
        }

        if (filling.Count > 0)
        {
            buckets.Add(new Bucket(filling));
        }
    }

    /// <summary>Puts the mean in the place of each gradient.</summary>
    public void Take()
    {
        using var gradient = no_grad();
        var sums = buckets.ConvertAll(bucket => group.BeginSum(bucket.Fill()));
        foreach (var (bucket, sum) in buckets.Zip(sums))
        {
            sum.GetAwaiter().GetResult();
            bucket.GiveBack(group.Count);
        }
    }

    public void Dispose() => buckets.ForEach(bucket => bucket.Dispose());

    private static long Bytes(Parameter parameter) => parameter.numel() * parameter.ElementSize;

    private sealed class Bucket : IDisposable
    {
        private readonly List<Parameter> parameters;
        private readonly Tensor all;
        private readonly Tensor[] parts;

        public Bucket(List<Parameter> parameters)
        {
            this.parameters = parameters;
            all = zeros(parameters.Sum(p => p.numel()), parameters[0].dtype, parameters[0].device).DetachFromDisposeScope();
            var start = 0L;
            parts = new Tensor[parameters.Count];
            for (var i = 0; i < parts.Length; start += parameters[i].numel(), i++)
            {
                parts[i] = all.narrow(0, start, parameters[i].numel()).view(parameters[i].shape).DetachFromDisposeScope();
            }
        }

        public Tensor Fill()
        {
            using var scope = NewDisposeScope();
            all.zero_();
            var (own, gradients) = WithGradient();
            TensorLists.Copy(own, gradients);
            return all;
        }

        public void GiveBack(int processes)
        {
            using var scope = NewDisposeScope();
            all.div_(processes);
            var (own, gradients) = WithGradient();
            TensorLists.Copy(gradients, own);
        }

        public void Dispose()
        {
            Array.ForEach(parts, part => part.Dispose());
            all.Dispose();
        }

        private (Tensor[] Parts, Tensor[] Gradients) WithGradient()
        {
            var pairs = parts.Zip(parameters, (part, parameter) => (part, parameter.grad)).Where(pair => pair.grad is not null).ToArray();
            return ([.. pairs.Select(pair => pair.part)], [.. pairs.Select(pair => pair.grad!)]);
        }
    }
}
