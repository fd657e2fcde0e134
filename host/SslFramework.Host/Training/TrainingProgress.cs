using System.Diagnostics;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Training;
using SslFramework.Host.Components;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>Where training is, on stderr: a live panel, or plain lines when piped.</summary>
internal sealed class TrainingProgress : IDisposable
{
    private const char Unbroken = '\u00a0';
    private const double MuchWaiting = 0.05; // of the time

    private readonly ExperimentConfig config;
    private readonly Pretrainer pretrainer;
    private readonly ViewLoader loader;
    private readonly Messages messages;
    private readonly ProgressRelay evaluation;
    private readonly EvaluationText evaluationText;
    private readonly ProgressDisplay? display;
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long firstStep;
    private StepMetrics? latest;
    private string measured = "";

    /// <summary>Begins to show where training is.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="pretrainer">The training.</param>
    /// <param name="loader">Tells how long training waited for images.</param>
    /// <param name="evaluation">Tells what the monitor measures between two steps.</param>
    /// <param name="messages">Nothing is shown when they are quiet.</param>
    public TrainingProgress(ExperimentConfig config, Pretrainer pretrainer, ViewLoader loader, ProgressRelay evaluation, Messages messages)
    {
        (this.config, this.pretrainer, this.loader, this.evaluation, this.messages) = (config, pretrainer, loader, evaluation, messages);
        evaluationText = new EvaluationText(evaluation, TimeProvider.System);
        firstStep = pretrainer.Step;
        if (messages.IsQuiet)
        {
            return;
        }

        var epochs = $"{config.Training.Epochs:N0} epoch{(config.Training.Epochs == 1 ? "" : "s")}";
        var steps = $"{pretrainer.TotalSteps:N0} steps of {config.Training.BatchSize:N0} images";
        messages.Note($"{config.Name}: {config.Objective.Descriptor.Name} on {config.Backbone.Descriptor.Name}, {steps}, {epochs}");
        display = new ProgressDisplay(TimeProvider.System);
        if (display.IsLive)
        {
            Show();
        }

        evaluation.Shown = ShowEvaluation;
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
        messages.Detail($"step {metrics.Step}  {measured}");
    }

    public void Report(StepMetrics? metrics)
    {
        latest = metrics ?? latest;
        var last = pretrainer.Step == pretrainer.TotalSteps;
        if (metrics is not null)
        {
            messages.Detail(Line());
        }

        if (display is not null && (last || display.IsDue))
        {
            Show();
        }
    }

    public void Dispose()
    {
        evaluation.Shown = null;
        display?.Dispose();
    }

    /// <summary>Below the panel, or as a line of its own, while the monitor measures; many threads may report.</summary>
    private void ShowEvaluation(EvaluationProgress? now)
    {
        if (!gate.TryEnter())
        {
            return;
        }

        var (what, bar) = evaluationText.Of(now);
        if (display!.IsDue || (display.IsLive && EvaluationText.IsTurn(now)))
        {
            display.Show(() => [.. Lines(), .. Flow([what, bar])], () => $"{what}  {bar}");
        }

        gate.Exit();
    }

    // Verbose messages have a line of every interval already.
    private void Show() => display!.Show(Lines, () => messages.Verbosity == Verbosity.Normal ? Line() : "");

    private static string Text(StepMetrics? metrics) => string.Join("  ", Texts(metrics));

    private static IEnumerable<string> Texts(StepMetrics? metrics) =>
        (metrics?.Values ?? new Dictionary<string, double>()).Where(v => v.Key != "learningRate").Select(v => $"{v.Key} {v.Value:G4}");

    private string Line()
    {
        var place = $"epoch {Epoch}/{config.Training.Epochs}  step {pretrainer.Step}/{pretrainer.TotalSteps}";
        var numbers = measured.Length > 0 ? $"{Text(latest)}  {measured}" : Text(latest);
        var waiting = Waiting > MuchWaiting ? $" ({Waiting:P0} waiting for data)" : "";
        return $"{place}  {numbers}  {ImagesPerSecond:N0} images/s{waiting}  {ErrorTerminal.Short(Left)} left";
    }

    private List<string> Lines()
    {
        List<string> lines =
        [
            .. Flow([
                $"epoch {Epoch}/{config.Training.Epochs}",
                $"step {pretrainer.Step:N0}/{pretrainer.TotalSteps:N0}",
                ErrorTerminal.Bar((double)pretrainer.Step / pretrainer.TotalSteps),
                pretrainer.Step == firstStep ? "" : $"{ErrorTerminal.Short(Left)} left",
            ]),
            .. Flow(Texts(latest)),
            .. pretrainer.Step == firstStep ? [] : Flow([
                latest is null ? "" : $"learning rate {latest.Values.GetValueOrDefault("learningRate"):G3}",
                $"{ImagesPerSecond:N0} images/s",
                $"{Waiting:P0} waiting for data",
                $"memory {Environment.WorkingSet / 1e9:F1} GB",
            ]),
            .. Flow([measured]),
        ];

        if (display!.Warnings > 0)
        {
            lines.Add($"  {display.Warnings} warning{(display.Warnings == 1 ? "" : "s")}, above and in journal.md");
        }

        return lines;
    }

    /// <summary>As many to a line as fit.</summary>
    private static string[] Flow(IEnumerable<string> items)
    {
        var text = string.Join("  ", items.Where(item => item.Length > 0).Select(item => item.Replace(' ', Unbroken)));
        return text.Length == 0 ? [] : WordWrap.Wrap("  " + text, ErrorTerminal.Width() - 1).Replace(Unbroken, ' ').Split('\n');
    }
}
