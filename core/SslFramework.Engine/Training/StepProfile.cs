using System.Diagnostics;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>Measures the time of training steps, part by part.</summary>
/// <remarks>On a CUDA device it waits for the device at every change of part, which makes profiled steps slower.</remarks>
/// <param name="steps">Number of steps to count.</param>
/// <param name="warmUp">Number of steps before them, in which memory and kernels are set up.</param>
/// <param name="settling">
/// The most further steps to skip within the first two seconds: the runtime recompiles what runs often, while steps need all cores.
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

    /// <summary>Number of steps counted so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether all steps are counted.</summary>
    public bool IsDone => Steps == steps;

    /// <summary>The most memory that the process has held up to the last counted step, in bytes; 0 before it.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>The most of the GPU's memory that was used, in bytes; null without a GPU; see <see cref="GpuMemory"/>.</summary>
    public long? PeakGpuMemory { get; private set; }

    /// <summary>Time of all counted steps together.</summary>
    public TimeSpan Total => new(times.Sum(time => time.Ticks));

    /// <summary>Time of one part of all counted steps.</summary>
    public TimeSpan Of(StepPart part) => times[(int)part];

    /// <summary>Begins a step, with <see cref="StepPart.Other"/>.</summary>
    /// <returns>Ends the step when it is disposed.</returns>
    public IDisposable BeginStep()
    {
        Enter(StepPart.Other);
        return new Step(this);
    }

    /// <summary>Ends the part before and begins this one.</summary>
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
