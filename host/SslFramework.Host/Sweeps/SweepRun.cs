using SslFramework.Host.Comparison;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;
using TorchSharp;

namespace SslFramework.Host.Sweeps;

/// <summary>
/// Runs the points of a sweep one after another, each in a folder of its own. Started again, it goes on: what is done is
/// skipped, what was interrupted goes on, what failed is tried again.
/// </summary>
/// <param name="plan">The points.</param>
/// <param name="installation">What they are built of.</param>
/// <param name="folder">The folder of all their run folders.</param>
internal sealed class SweepRun(SweepPlan plan, Installation installation, string folder)
{
    /// <summary>Runs all points; one that fails does not hold up the others. Stops at a signal.</summary>
    /// <param name="stopAtStep">Stop each point after so many steps, to try the sweep out.</param>
    /// <param name="overwrite">Delete earlier runs first.</param>
    /// <returns>What became of each point, and the exit code: of the signal, or of the first point that failed.</returns>
    public (IReadOnlyList<SweepOutcome> Outcomes, ExitCode Code) Run(long? stopAtStep, bool overwrite)
    {
        var outcomes = plan.Points.Select(point => new SweepOutcome(point, "waiting")).ToArray();
        var worst = ExitCode.Success;
        using var stop = new StopSignals();
        for (var i = 0; i < outcomes.Length; i++)
        {
            Messages.Say($"[{i + 1}/{outcomes.Length}] {plan.Points[i].Experiment.Name}");
            (outcomes[i], var code) = Run(plan.Points[i], stopAtStep, overwrite);
            worst = worst == ExitCode.Success ? code : worst;
            if (StopSignals.Asked(code) || stop.Requested is not null)
            {
                return (outcomes, StopSignals.Asked(code) ? code : stop.Requested!.Value);
            }
        }

        return (outcomes, worst);
    }

    private (SweepOutcome Outcome, ExitCode Code) Run(SweepPoint point, long? stopAtStep, bool overwrite)
    {
        var path = Path.Combine(folder, point.Experiment.Name);
        try
        {
            if (overwrite || !IsDone(path, point.Experiment))
            {
                var code = Train(point.Experiment, stopAtStep, overwrite);
                if (RunFolder.ReadStatus(path) is not { Status: RunStatus.Completed } and var status)
                {
                    return (new(point, status?.Status ?? "failed", status?.Reason), code);
                }
            }

            var evaluated = point.Experiment.Evaluation is null ? null : EvaluatedRun.Read(path);
            return (new(point, RunStatus.Completed, Run: evaluated), ExitCode.Success);
        }
        catch (Exception e)
        {
            var (kind, sentence) = Failure.Explain(e);
            Messages.Error(sentence);
            return (new(point, "failed", sentence), ExitCodes.Of(kind));
        }
    }

    private ExitCode Train(ExperimentConfig experiment, long? stopAtStep, bool overwrite)
    {
        // The points share a process: whatever tensors one leaves behind end with this scope, modules with the collection.
        using (torch.NewDisposeScope())
        {
            var text = ExperimentFile.Write(experiment);
            using var run = RunFolder.Open(folder, experiment.Name, text, overwrite, catalog: installation.Components);
            var code = new ExperimentRun(experiment, installation, run, new StartOptions { StopAtStep = stopAtStep }).Run();
            GC.Collect();
            return code;
        }
    }

    /// <summary>Whether the folder holds this experiment, completed: what may differ is what changes no number.</summary>
    private bool IsDone(string path, ExperimentConfig experiment) =>
        RunFolder.ReadStatus(path) is { Status: RunStatus.Completed }
        && StoredExperiment.Read(path, installation.Components) is { } stored
        && stored.ChangesTo(ExperimentFile.Write(experiment)).All(change => change.ChangesNoNumber);
}
