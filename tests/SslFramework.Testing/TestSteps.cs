using SslFramework.Core.Distributed;

namespace SslFramework.Testing;

/// <summary>Batches and step contexts for tests.</summary>
public static class TestSteps
{
    /// <summary>The context of a step of a run of 100 steps, 10 per epoch.</summary>
    public static StepContext At(long step, long seed = 1, IReplicas? replicas = null) =>
        new(step, 100, step / 10.0, 10, new StepRandom(seed, step), replicas ?? SingleReplica.Instance);

    /// <summary>Views of standard-normal pixels, the same for the same seed.</summary>
    public static ViewBatch Batch(int views, ViewShape shape, int count, long seed = 1, Device? device = null, ScalarType type = ScalarType.Float32) =>
        Batch([.. Enumerable.Repeat(shape, views)], count, seed, device, type);

    /// <summary>One view of each shape, of standard-normal pixels, the same for the same seed.</summary>
    public static ViewBatch Batch(IReadOnlyList<ViewShape> shapes, int count, long seed = 1, Device? device = null, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator((ulong)seed);
        return new ViewBatch(
            [.. shapes.Select(shape => randn([count, shape.Channels, shape.Height, shape.Width], generator: generator, device: CPU).to(type).to(device ?? CPU))],
            [.. Enumerable.Range(0, count).Select(i => (long)i)]);
    }
}
