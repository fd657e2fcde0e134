using System.Diagnostics;
using SslFramework.Core.Data;
using SslFramework.Core.Training;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Terminal;

/// <summary>Where training is, on stderr: a live panel, or plain lines when piped.</summary>
public sealed class TrainingProgress : IDisposable
{
    private const int MetricsOfALine = 4;
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly ExperimentConfig config;
    private readonly Pretrainer pretrainer;
    private readonly ViewLoader loader;
    private readonly Verbosity verbosity;
    private readonly TextWriter errors = Console.Error;
    private readonly LivePanel? panel;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long firstStep;
    private TimeSpan shown;
    private StepMetrics? latest;
    private string measured = "";

    public TrainingProgress(ExperimentConfig config, Pretrainer pretrainer, ViewLoader loader, Verbosity verbosity)
    {
        (this.config, this.pretrainer, this.loader, this.verbosity) = (config, pretrainer, loader, verbosity);
        firstStep = pretrainer.Step;
        if (verbosity == Verbosity.Quiet)
        {
            return;
        }

        errors.WriteLine(
            $"{config.Name}: {config.Objective.Descriptor.Name} on {config.Backbone.Descriptor.Name}, {pretrainer.TotalSteps:N0} steps of {config.Training.BatchSize:N0} images, {config.Training.Epochs:N0} epochs");
        if (ErrorTerminal.IsLive)
        {
            panel = new LivePanel(errors, ErrorTerminal.Width);
            Console.SetError(panel);
        }
    }

    /// <summary>Mean since the run (or this start of it) began.</summary>
    public double ImagesPerSecond => (pretrainer.Step - firstStep) * config.Training.BatchSize / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);

    private double Epoch => Math.Min((pretrainer.Step / pretrainer.StepsPerEpoch) + 1, config.Training.Epochs);

    private double Waiting => loader.Waited / clock.Elapsed;

    private TimeSpan Left => clock.Elapsed * ((double)(pretrainer.TotalSteps - pretrainer.Step) / Math.Max(pretrainer.Step - firstStep, 1));

    /// <summary>Shows what the monitor measured, until it measures again.</summary>
    public void Measured(StepMetrics metrics)
    {
        measured = $"{Text(metrics)} (epoch {metrics.Epoch:0.#})";
        if (verbosity == Verbosity.Verbose)
        {
            Console.Error.WriteLine($"step {metrics.Step}  {measured}");
        }
    }

    public void Report(StepMetrics? metrics)
    {
        latest = metrics ?? latest;
        var last = pretrainer.Step == pretrainer.TotalSteps;
        if (verbosity == Verbosity.Verbose && metrics is not null)
        {
            Console.Error.WriteLine(Line());
        }

        if (verbosity != Verbosity.Quiet && (last || clock.Elapsed - shown >= (panel is null ? PlainInterval : LiveInterval)))
        {
            shown = clock.Elapsed;
            if (panel is not null)
            {
                panel.Show(Lines());
            }
            else if (verbosity == Verbosity.Normal)
            {
                Console.Error.WriteLine(Line());
            }
        }
    }

    public void Dispose()
    {
        if (panel is not null)
        {
            panel.Dispose();
            Console.SetError(errors);
        }
    }

    private static string Text(StepMetrics? metrics) => string.Join("  ", Texts(metrics));

    private static IEnumerable<string> Texts(StepMetrics? metrics) =>
        (metrics?.Values ?? new Dictionary<string, double>()).Where(v => v.Key != "learningRate").Select(v => $"{v.Key} {v.Value:G4}");

    private string Line() =>
        $"epoch {Epoch}/{config.Training.Epochs}  step {pretrainer.Step}/{pretrainer.TotalSteps}  {Text(latest)}{(measured.Length > 0 ? "  " + measured : "")}  "
        + $"{ImagesPerSecond:N0} images/s{(Waiting > 0.05 ? $" ({Waiting:P0} waiting for data)" : "")}  {ErrorTerminal.Short(Left)} left";

    private List<string> Lines()
    {
        List<string> lines =
        [
            $"  epoch {Epoch}/{config.Training.Epochs}   step {pretrainer.Step:N0}/{pretrainer.TotalSteps:N0}   {ErrorTerminal.Bar((double)pretrainer.Step / pretrainer.TotalSteps)}   {ErrorTerminal.Short(Left)} left",
            .. Texts(latest).Chunk(MetricsOfALine).Select(metrics => "  " + string.Join("  ", metrics)),
            $"  {(latest is null ? "" : $"learning rate {latest.Values.GetValueOrDefault("learningRate"):G4}   ")}{ImagesPerSecond:N0} images/s   {Waiting:P0} waiting for data   {Environment.WorkingSet / 1e9:F1} GB of memory",
        ];
        if (measured.Length > 0)
        {
            lines.Add($"  {measured}");
        }

        if (panel!.Warnings > 0)
        {
            lines.Add($"  {panel.Warnings} warning{(panel.Warnings == 1 ? "" : "s")}, above and in journal.md");
        }

        return lines;
    }
}
