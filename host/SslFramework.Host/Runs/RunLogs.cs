using System.Globalization;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Training;
using SslFramework.Host.Configuration;
using SslFramework.Host.Runs.TensorBoard;

namespace SslFramework.Host.Runs;

/// <summary>
/// The logs of a run: metrics.jsonl, which the same seed fills with the same bytes, timing.jsonl, which it does not, and
/// incidents.jsonl, what the run survived. The numbers go into TensorBoard's event files too.
/// </summary>
internal sealed class RunLogs : IDisposable
{
    private readonly Dictionary<string, RunLog> logs;
    private readonly EventFile events;

    /// <summary>Opens the logs of a run.</summary>
    /// <exception cref="IOException">One cannot be opened.</exception>
    public RunLogs(RunFolder run, Action<string> warn)
    {
        logs = new[] { run.Metrics, run.Timing, run.Incidents }.ToDictionary(
            path => Path.GetFileName(path), path => RunLog.Open(path, warn));
        events = new EventFile(run.Path, TimeProvider.System, warn);
    }

    /// <summary>Bytes of each log, for a checkpoint.</summary>
    public IReadOnlyDictionary<string, long> Lengths => logs.ToDictionary(log => log.Key, log => log.Value.Length);

    public void Add(StepMetrics step)
    {
        var line = new Dictionary<string, object> { ["step"] = step.Step, ["epoch"] = step.Epoch };
        foreach (var (name, value) in step.Values)
        {
            line[name] = double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);
        }

        logs[RunFiles.Metrics].Add(line);
        events.Add(step.Step, step.Values);
    }

    public void Add(StepMetrics step, double seconds, double imagesPerSecond, double dataWait)
    {
        Add(step);
        var numbers = new Dictionary<string, object>
        {
            ["step"] = step.Step,
            ["seconds"] = Math.Round(seconds, 3),
            ["imagesPerSecond"] = Math.Round(imagesPerSecond, 1),
            ["dataWaitSeconds"] = Math.Round(dataWait, 3),
            ["memoryMegabytes"] = Environment.WorkingSet / 1_000_000,
        };
        if (GpuMemory.InUse() is { } gpu)
        {
            numbers["gpuMegabytes"] = gpu / 1_000_000;
        }

        logs[RunFiles.Timing].Add(numbers);
    }

    public void Add(Incident incident) => logs[RunFiles.Incidents].Add(incident);

    /// <summary>Forgets what was logged after a checkpoint, or everything.</summary>
    /// <param name="lengths">Of each log, as the checkpoint has them.</param>
    /// <param name="step">The checkpoint's.</param>
    public void RewindTo(IReadOnlyDictionary<string, long> lengths, long step)
    {
        events.GoOnAfter(step);
        foreach (var (name, log) in logs)
        {
            log.RewindTo(lengths.GetValueOrDefault(name));
        }
    }

    public void Sync()
    {
        foreach (var log in logs.Values)
        {
            log.Sync();
        }
    }

    public void Dispose()
    {
        events.Dispose();
        foreach (var log in logs.Values)
        {
            log.Dispose();
        }
    }
}
