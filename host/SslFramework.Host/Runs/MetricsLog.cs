using System.Text.Json;
using SslFramework.Core.Training;

namespace SslFramework.Host.Runs;

/// <summary>
/// Appends to metrics.jsonl, which the same seed fills with the same bytes, and to timing.jsonl, which it does not.
/// </summary>
public sealed class MetricsLog(RunFolder run) : IDisposable
{
    private readonly StreamWriter metrics = File.AppendText(run.Metrics);
    private readonly StreamWriter timing = File.AppendText(run.Timing);

    public void Add(StepMetrics step, double seconds, double imagesPerSecond, double dataWait)
    {
        var line = new Dictionary<string, object> { ["step"] = step.Step, ["epoch"] = step.Epoch };
        foreach (var (name, value) in step.Values)
        {
            line[name] = double.IsFinite(value) ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        Write(metrics, line);
        Write(timing, new Dictionary<string, object>
        {
            ["step"] = step.Step,
            ["seconds"] = Math.Round(seconds, 3),
            ["imagesPerSecond"] = Math.Round(imagesPerSecond, 1),
            ["dataWaitSeconds"] = Math.Round(dataWait, 3),
        });
    }

    public void Dispose()
    {
        metrics.Dispose();
        timing.Dispose();
    }

    private static void Write(StreamWriter writer, Dictionary<string, object> line)
    {
        writer.WriteLine(JsonSerializer.Serialize(line));
        writer.Flush();
    }
}
