using System.Diagnostics;
using SslFramework.Core.Data;
using SslFramework.Core.Training;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Terminal;

/// <summary>Epoch, step, loss, images a second and time left, on stderr: one live line, or plain lines when piped.</summary>
public sealed class TrainingProgress : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly ExperimentConfig config;
    private readonly Pretrainer pretrainer;
    private readonly ViewLoader loader;
    private readonly bool live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long firstStep;
    private TimeSpan shown;
    private string numbers = "";
    private string measured = "";

    public TrainingProgress(ExperimentConfig config, Pretrainer pretrainer, ViewLoader loader)
    {
        (this.config, this.pretrainer, this.loader) = (config, pretrainer, loader);
        firstStep = pretrainer.Step;
        Console.Error.WriteLine(
            $"{config.Name}: {config.Objective.Descriptor.Name} on {config.Backbone.Descriptor.Name}, {pretrainer.TotalSteps:N0} steps of {config.Training.BatchSize:N0} images, {config.Training.Epochs:N0} epochs");
    }

    /// <summary>Mean since the run (or this start of it) began.</summary>
    public double ImagesPerSecond => (pretrainer.Step - firstStep) * config.Training.BatchSize / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);

    /// <summary>Shows what the monitor measured, until it measures again.</summary>
    public void Measured(StepMetrics metrics) => measured = "  " + Text(metrics);

    public void Report(StepMetrics? metrics)
    {
        if (metrics is not null)
        {
            numbers = Text(metrics);
        }

        var last = pretrainer.Step == pretrainer.TotalSteps;
        if (last || clock.Elapsed - shown >= (live ? LiveInterval : PlainInterval))
        {
            shown = clock.Elapsed;
            Write(Line());
        }
    }

    public void Dispose()
    {
        if (live)
        {
            Console.Error.WriteLine();
        }
    }

    private static string Text(StepMetrics metrics) =>
        string.Join("  ", metrics.Values.Where(v => v.Key != "learningRate").Select(v => $"{v.Key} {v.Value:G4}"));

    private string Line()
    {
        var epoch = Math.Min((pretrainer.Step / pretrainer.StepsPerEpoch) + 1, config.Training.Epochs);
        var left = clock.Elapsed * ((double)(pretrainer.TotalSteps - pretrainer.Step) / Math.Max(pretrainer.Step - firstStep, 1));
        var waiting = loader.Waited / clock.Elapsed;
        return $"epoch {epoch}/{config.Training.Epochs}  step {pretrainer.Step}/{pretrainer.TotalSteps}  {numbers}{measured}  "
            + $"{ImagesPerSecond:N0} images/s{(waiting > 0.05 ? $" ({waiting:P0} waiting for data)" : "")}  {Short(left)} left";
    }

    private void Write(string line)
    {
        if (!live)
        {
            Console.Error.WriteLine(line);
            return;
        }

        var width = Math.Max(Width() - 1, 20);
        Console.Error.Write($"\r\x1b[2K{(line.Length > width ? line[..width] : line)}");
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80; // the terminal is gone
        }
    }

    private static string Short(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s" : $"{time.TotalSeconds:F0} s";
}
