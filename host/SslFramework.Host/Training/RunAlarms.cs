using System.Globalization;
using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Training;

/// <summary>
/// What a run is watched for while it trains: features that collapse, a score that drops, tensors that are left behind, and the spikes
/// and skipped steps that the loop itself reports. Each is logged as an incident or written into the journal, and the user is warned.
/// </summary>
internal sealed class RunAlarms
{
    private readonly RunLogs logs;
    private readonly Journal journal;
    private readonly string method;
    private readonly CollapseAlarm collapse;
    private readonly DropAlarm drop;
    private readonly LiveTensorMeter leaks = new();
    private double? score;

    /// <summary>Watches over one start.</summary>
    /// <param name="onCollapse">What to do about features that have collapsed.</param>
    /// <param name="method">The method and whose it is, for the beginning of a sentence.</param>
    /// <param name="logs">Keeps incidents.</param>
    /// <param name="journal">Warns.</param>
    public RunAlarms(CollapseResponse onCollapse, string method, RunLogs logs, Journal journal)
    {
        (this.method, this.logs, this.journal) = (method, logs, journal);
        (collapse, drop) = (new CollapseAlarm(onCollapse, Report), new DropAlarm(Report));
    }

    /// <summary>Logs an incident, and warns.</summary>
    public void Report(Incident incident)
    {
        logs.Add(incident);
        journal.Warn(incident.Sentence);
    }

    /// <summary>Looks at a step.</summary>
    /// <param name="metrics">The interval's numbers if an interval has ended, else null.</param>
    /// <exception cref="ExperimentException">The features have collapsed, and the experiment says to stop then.</exception>
    public void AfterStep(StepMetrics? metrics)
    {
        if (metrics is not null)
        {
            collapse.Look(metrics);
        }

        if (leaks.AfterStep() is { } each)
        {
            journal.Warn(string.Create(CultureInfo.InvariantCulture, $"{method} leaves {each:0.#} tensors behind at every step: ")
                + "their memory grows until the run ends. Let them die in the step, and change what must stay in place.");
        }

        score = null;
    }

    /// <summary>Looks at what the monitor measured after the same step.</summary>
    /// <param name="measured">All numbers.</param>
    /// <param name="watched">Which of them is the score; null if none is.</param>
    public void AfterMeasurement(StepMetrics measured, string? watched) => score = drop.Look(measured, watched);

    /// <summary>What a checkpoint keeps of this, so that a resumed run is watched as an uninterrupted one.</summary>
    public TrainingState AddTo(TrainingState state) => state with
    {
        CollapsedEpochs = collapse.Times,
        Score = score,
        BestScore = drop.Best,
        HasDropped = drop.HasDropped,
    };

    /// <summary>Takes up what a checkpoint has kept.</summary>
    public void Resume(TrainingState state) =>
        (collapse.Times, drop.Best, drop.HasDropped) = (state.CollapsedEpochs, state.BestScore, state.HasDropped);
}
