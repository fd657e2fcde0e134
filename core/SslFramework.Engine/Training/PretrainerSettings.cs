using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>Where and how the loop computes.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Device">Device of the objective.</param>
/// <param name="Precision">Number format of the forward pass, float32 or bfloat16.</param>
/// <param name="Group">The processes that train together.</param>
internal sealed record PretrainerSettings(long Seed, Device Device, Precision Precision, IProcessGroup Group)
{
    /// <summary>The view of <see cref="Group"/> that objectives get.</summary>
    public IReplicas Replicas { get; } = GroupReplicas.Over(Group);

    /// <summary>Receives steps that were skipped, and losses that are unusual.</summary>
    public Action<Incident> OnIncident { get; init; } = _ => { };

    /// <summary>Gradients are exchanged in buckets of this many bytes, as in torch's DistributedDataParallel.</summary>
    public long BucketBytes { get; init; } = 25 << 20;

    /// <summary>Whether the first gradients are exchanged while others are computed. On one core that would only slow it down.</summary>
    public bool OverlapExchange { get; init; } = Environment.ProcessorCount > 1;

    /// <summary>Measures the time of steps, if given.</summary>
    public StepProfile? Profile { get; init; }

    /// <summary>Lets the objective's backbones encode a batch in portions, if given.</summary>
    public GradientCache? GradientCache { get; init; }

    /// <summary>Autocast for a forward pass, or nothing in float32.</summary>
    public IDisposable? Autocast() => Precision == Precision.Bf16 ? Core.Tensors.Autocast.On(Device.type, ScalarType.BFloat16) : null;

    /// <summary>The context of a step for the objective.</summary>
    internal StepContext ContextOf(long step, long stepsPerEpoch, int epochs, ISchedule schedule)
    {
        var epoch = (double)step / stepsPerEpoch;
        return new(step, stepsPerEpoch * epochs, epoch, epochs, new StepRandom(Seed, step), Replicas)
        {
            LearningRate = schedule.LearningRate(epoch),
        };
    }

    /// <summary>
    /// Makes dropout and the like a function of the step, not of history. Other processes draw other numbers, for other images.
    /// </summary>
    internal void SeedLayers(long step) =>
        LayerSeed.Set(new SampleRandom((ulong)Seed, (ulong)step, (ulong)Group.Rank, 0).NextBits(), Device);

    /// <summary>
    /// Waits for the copy, because the loader writes the next images into the same memory, possibly before the copy has begun.
    /// </summary>
    internal ViewBatch OnDevice(ViewBatch batch) => Device.type == DeviceType.CPU
        ? batch
        : new ViewBatch([.. batch.Views.Select(view => view.to(Device))], batch.Indices);
}
