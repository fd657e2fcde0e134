using System.Diagnostics;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>Where the time of training steps goes, part by part.</summary>
/// <remarks>On a CUDA device it waits for the device at every change of part, so that profiled steps are slower.</remarks>
/// <param name="steps">Steps to count.</param>
/// <param name="warmUp">Steps before them, in which memory and kernels are set up.</param>
/// <param name="settling">
/// The most steps after those, in the first two seconds: the runtime compiles again what runs often, beside steps that want all cores.
/// </param>
internal sealed class StepProfile(int steps, int warmUp = 3, int settling = 0)
{
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);
    private readonly TimeSpan[] times = new TimeSpan[Enum.GetValues<StepPart>().Length];
    private readonly Stopwatch clock = new();
    private StepPart? current;
    private long since;
    private long ended;
    private bool isWarm = warmUp + settling == 0;

    /// <summary>Steps counted so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether all are counted.</summary>
    public bool IsDone => Steps == steps;

    /// <summary>The most memory that the process has held until the last counted step, in bytes; 0 before it.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>The most of the GPU's memory, in bytes, where there is one; see <see cref="GpuMemory"/>.</summary>
    public long? PeakGpuMemory { get; private set; }

    /// <summary>Time of all counted steps together.</summary>
    public TimeSpan Total => new(times.Sum(time => time.Ticks));

    /// <summary>Time of one part of all counted steps.</summary>
    public TimeSpan Of(StepPart part) => times[(int)part];

    /// <summary>A step begins, with <see cref="StepPart.Other"/>.</summary>
    /// <returns>Ends the step when it is disposed of.</returns>
    public IDisposable BeginStep()
    {
        Enter(StepPart.Other);
        return new Step(this);
    }

    /// <summary>The part before ends, and this one begins.</summary>
    public void Enter(StepPart part)
    {
        clock.Start();
        Leave();
        current = part;
    }

    private void EndStep()
    {
        Leave();
        current = null;
        ended++;
        Steps += isWarm && !IsDone ? 1 : 0;
        isWarm |= ended >= warmUp && (ended >= warmUp + settling || clock.Elapsed >= SettlingTime);
        if (IsDone && PeakMemory == 0)
        {
            using var process = Process.GetCurrentProcess();
            (PeakMemory, PeakGpuMemory) = (process.PeakWorkingSet64, GpuMemory.InUse());
        }
    }

    private sealed class Step(StepProfile profile) : IDisposable
    {
        public void Dispose() => profile.EndStep();
    }

    private void Leave()
    {
        if (current is not null && cuda.is_available())
        {
            cuda.synchronize();
        }

        var now = Stopwatch.GetTimestamp();
        if (current is { } part && isWarm && !IsDone)
        {
            times[(int)part] += Stopwatch.GetElapsedTime(since, now);
        }

        since = now;
    }
}

/// <summary>A part of a training step.</summary>
internal enum StepPart
{
    /// <summary>Waiting for images, and bringing them to the device.</summary>
    Data,

    /// <summary>From views to loss.</summary>
    Forward,

    /// <summary>From loss to gradients.</summary>
    Backward,

    /// <summary>Gradient norm, checks of numbers, clipping, and the optimizer.</summary>
    Optimizer,

    /// <summary>What the objective does with its updated weights: a momentum encoder follows.</summary>
    AfterUpdate,

    /// <summary>Seeds and copies of buffers.</summary>
    Other,
}
