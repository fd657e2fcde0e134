namespace SslFramework;

/// <summary>
/// Random numbers of one step: pure functions of (seed, step, sample), drawn on the CPU, so that a resumed run, another
/// device or another number of processes draws the same.
/// </summary>
public sealed class StepRandom
{
    private readonly ulong seed;
    private readonly ulong step;

    /// <summary>Makes the randomness of one step of a run.</summary>
    public StepRandom(long seed, long step) => (this.seed, this.step) = (unchecked((ulong)seed), unchecked((ulong)step));

    /// <summary>Numbers that are drawn at a time; they are the same for any.</summary>
    internal int PartLength { get; init; } = 1 << 24;

    /// <summary>Uniform numbers in [0, 1), one row per image of the batch.</summary>
    /// <param name="batch">Names the images and the device.</param>
    /// <param name="length">Numbers per image.</param>
    /// <param name="stream">Another stream gives independent numbers in the same step.</param>
    /// <returns>float32 [N, length] on the batch's device.</returns>
    public Tensor Uniform(ViewBatch batch, int length, int stream = 0)
    {
        return Rows(batch, length, images =>
        {
            var numbers = new float[images.Length * length];
            for (var n = 0; n < images.Length; n++)
            {
                var random = ForSample(images[n], stream);
                for (var i = 0; i < length; i++)
                {
                    numbers[(n * length) + i] = random.NextSingle();
                }
            }

            return tensor(numbers, [images.Length, length], device: CPU);
        });
    }

    /// <summary>Whole numbers from 0 to <paramref name="exclusiveMaximum"/> − 1, one row per image of the batch.</summary>
    /// <returns>int64 [N, length] on the batch's device.</returns>
    public Tensor Integers(ViewBatch batch, int length, int exclusiveMaximum, int stream = 0)
    {
        return Rows(batch, length, images =>
        {
            var numbers = new long[images.Length * length];
            for (var n = 0; n < images.Length; n++)
            {
                var random = ForSample(images[n], stream);
                for (var i = 0; i < length; i++)
                {
                    numbers[(n * length) + i] = random.Next(exclusiveMaximum);
                }
            }

            return tensor(numbers, [images.Length, length], device: CPU);
        });
    }

    /// <summary>Whole numbers from 0 to <paramref name="exclusiveMaximum"/> − 1, the same in every process.</summary>
    public long[] Integers(int length, int exclusiveMaximum, int stream = 0)
    {
        var random = ForStep(stream);
        var numbers = new long[length];
        foreach (ref var number in numbers.AsSpan())
        {
            number = random.Next(exclusiveMaximum);
        }

        return numbers;
    }

    /// <summary>Uniform numbers in [0, 1), the same in every process.</summary>
    public double[] Uniform(int length, int stream = 0)
    {
        var random = ForStep(stream);
        var numbers = new double[length];
        foreach (ref var number in numbers.AsSpan())
        {
            number = random.NextDouble();
        }

        return numbers;
    }

    /// <summary>Numbers of the normal distribution with mean 0 and deviation 1, the same in every process.</summary>
    public double[] Normal(int length, int stream = 0)
    {
        var random = ForStep(stream);
        var numbers = new double[length];
        for (var i = 0; i < length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())); // Box and Muller's; 1 − u is never 0
            numbers[i] = radius * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return numbers;
    }

    /// <summary>A permutation of 0 … <paramref name="count"/> − 1, the same in every process.</summary>
    public long[] Permutation(int count, int stream = 0)
    {
        var random = ForStep(stream);
        var order = new long[count];
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], i);
        }

        return order;
    }

    /// <summary>The generator of one image in this step.</summary>
    public SampleRandom ForSample(long sample, int stream = 0) =>
        new(seed, step, unchecked((ulong)sample), unchecked((ulong)stream));

    /// <summary>Draws rows for some images at a time, because an array cannot hold more than 2³¹ numbers.</summary>
    private Tensor Rows(ViewBatch batch, int length, Func<long[], Tensor> draw)
    {
        using var scope = NewDisposeScope();
        var parts = batch.Indices.Chunk(Math.Max(1, PartLength / Math.Max(1, length))).Select(draw).ToArray();
        return (parts.Length == 1 ? parts[0] : cat(parts)).to(batch.Device).MoveToOuterDisposeScope();
    }

    private SampleRandom ForStep(int stream) => ForSample(-1, stream);
}
