using SslFramework.Core.Distributed;
using SslFramework.Core.Tensors;

namespace SslFramework.Testing;

/// <content>Gradients on other devices, and in parts.</content>
public sealed partial record ObjectiveContract
{
    /// <summary>
    /// Checks in float64 that the gradient on the first GPU is the processor's, up to what augmentations in float32 leave of it, and
    /// without dropout, which a device draws for itself. <see cref="Verify"/> calls it if there is a GPU.
    /// </summary>
    public void GradientIsTheSameOnCuda()
    {
        using var scope = NewDisposeScope();
        var first = New(); // held to the end: a module that is collected frees its weights
        var state = StateDict.Of(first.Module);
        var here = Gradients(state, SingleReplica.Instance);
        var there = Gradients(state, SingleReplica.Instance, device: CUDA);
        var largest = here.Max(gradient => gradient.Values.Max(Math.Abs));
        foreach (var (expected, actual) in here.Zip(there))
        {
            var scale = Math.Max(1e-3 * largest, expected.Values.Max(Math.Abs)); // what should be 0 is only rounding
            var difference = expected.Values.Zip(actual.Values, (a, b) => Math.Abs(a - b)).Max() / scale;
            Require(difference <= 1e-4, $"on the GPU the gradient of \"{expected.Name}\" differs by {difference:G2}; draw from StepContext.Random, not from a device's generator");
        }

        GC.KeepAlive(first);
    }

    /// <summary>Checks in float64 that the averaged gradient of several replicas is that of one process.</summary>
    public void GradientIsTheSameOnReplicas(int count)
    {
        using var scope = NewDisposeScope();
        var create = CreateForReplicas ?? Create;
        var first = New(create); // held to the end: a module that is collected frees its weights
        var state = StateDict.Of(first.Module);
        var alone = Gradients(state, SingleReplica.Instance, create);
        var together = ThreadReplicas.Run(count, replicas => Gradients(state, replicas, create));
        for (var i = 0; i < alone.Count; i++)
        {
            var mean = together.Select(g => g[i].Values).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]).Select(v => v / count);
            var scale = Math.Max(1, alone[i].Values.Max(Math.Abs));
            var difference = alone[i].Values.Zip(mean, (a, b) => Math.Abs(a - b)).Max() / scale;
            Require(difference <= 1e-10, $"on {count} replicas the gradient of \"{alone[i].Name}\" differs by {difference:G2}; use StepContext.Replicas and mean over local anchors");
        }

        GC.KeepAlive(first);
    }

    private List<(string Name, double[] Values)> Gradients(
        IReadOnlyDictionary<string, Tensor> state, IReplicas replicas, Func<IPretextObjective>? create = null, Device? device = null)
    {
        using var scope = NewDisposeScope();
        IPretextObjective objective;
        lock (this)
        {
            objective = New(create); // an author's code need not be thread-safe
        }

        StateDict.Load(objective.Module, state);
        objective.Module.to(float64).to(device ?? CPU);
        var all = TestSteps.Batch(Shapes, BatchSize, device: device, type: ScalarType.Float64);
        var size = BatchSize / replicas.Count;
        var mine = new ViewBatch(
            [.. all.Views.Select(v => v.narrow(0, replicas.Rank * size, size))], [.. all.Indices.Skip(replicas.Rank * size).Take(size)]);
        var norms = SharedBatchNorm.Within(objective.Module, replicas);
        objective.ComputeLoss(mine, TestSteps.At(0, replicas: replicas)).Loss.backward();
        foreach (var norm in norms)
        {
            norm.Dispose();
        }

        return [.. objective.Module.named_parameters().Where(p => p.parameter.grad is not null)
            .Select(p => (p.name, p.parameter.grad!.cpu().contiguous().data<double>().ToArray()))];
    }
}
