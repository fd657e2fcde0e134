using System.Diagnostics;
using System.Runtime.InteropServices;
using SslFramework.Core.Checkpoints;
using SslFramework.Core.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Runs;

/// <summary>One run from its folder to its numbers: train, export, evaluate.</summary>
public sealed class TrainingRun(ExperimentConfig config, Installation installation, RunFolder run)
{
    private const int KeptCheckpoints = 2;
    private RunStatus status = NewStatus(config, installation);

    /// <summary>Runs to the end, to a step, or to a signal.</summary>
    public ExitCode Go(long? stopAtStep)
    {
        status = status with { TrainingSeconds = run.ReadStatus()?.TrainingSeconds ?? 0 };
        try
        {
            using var parts = ExperimentParts.Build(config, installation);
            var ended = Train(parts, stopAtStep);
            if (ended != ExitCode.Success || status.Step < status.TotalSteps)
            {
                Save(status with { Status = "interrupted", Reason = ended == ExitCode.Success ? "--steps" : ended.ToString() });
                Console.Error.WriteLine($"Stopped after step {status.Step} of {status.TotalSteps}; the same command goes on from there.");
                return ended;
            }

            SafeTensors.Write(run.Backbone, StateDict.Of(parts.Objective.Backbone.Module));
            var clock = Stopwatch.StartNew();
            if (config.Evaluation is { } evaluation)
            {
                var report = new Evaluation.EvaluationRunner(parts, evaluation).Run();
                run.WriteJson("evaluation.json", report);
                EvaluationTable.Print(report.Results);
            }

            Save(status with { Status = "completed", EvaluationSeconds = clock.Elapsed.TotalSeconds });
            Console.Error.WriteLine($"Done in {status.TrainingSeconds:F0} s of training and {status.EvaluationSeconds:F0} s of evaluation; everything is in {run.Path}");
            return ExitCode.Success;
        }
        catch (Exception e)
        {
            Save(status with { Status = "failed", Reason = Commands.SslCommand.Explain(e).Sentence });
            throw;
        }
    }

    private ExitCode Train(ExperimentParts parts, long? stopAtStep)
    {
        using var loader = parts.NewLoader();
        var precision = config.Precision.On(parts.Device.type);
        if (precision == Precision.Bf16 && !DevicePrecision.HasBf16(parts.Device.type))
        {
            Console.Error.WriteLine("warning: this processor has no bf16 instructions, and steps will be many times slower; set \"precision\": \"auto\" or \"fp32\".");
        }

        var settings = new PretrainerSettings(config.Seed, parts.Device, precision, SingleReplica.Instance);
        var pretrainer = new Pretrainer(parts.Objective, parts.Optimizer, parts.Schedule, loader, config.Training, settings);
        if (TrainingCheckpoint.Newest(run.Checkpoints) is { } checkpoint)
        {
            pretrainer.Step = TrainingCheckpoint.Restore(checkpoint, parts.Objective, parts.Optimizer);
            run.CutLogsAfter(pretrainer.Step);
            Console.Error.WriteLine($"Going on from step {pretrainer.Step}.");
        }

        Save(status with { Step = pretrainer.Step, TotalSteps = pretrainer.TotalSteps, Threads = torch.get_num_threads(), Device = parts.Device.ToString(), Precision = precision == Precision.Bf16 ? "bf16" : "fp32" });
        var before = status.TrainingSeconds;
        var clock = Stopwatch.StartNew();
        var signal = ExitCode.Success;
        using var interrupt = OnSignal(PosixSignal.SIGINT, ExitCode.Interrupted);
        using var terminate = OnSignal(PosixSignal.SIGTERM, ExitCode.Terminated);
        using var log = new MetricsLog(run);
        using var progress = new TrainingProgress(config, pretrainer, loader);
        var saved = pretrainer.Step;
        try
        {
            pretrainer.Run(metrics =>
            {
                if (metrics is not null)
                {
                    log.Add(metrics, before + clock.Elapsed.TotalSeconds, progress.ImagesPerSecond, loader.Waited.TotalSeconds);
                }

                progress.Report(metrics);
                if (pretrainer.Step % (pretrainer.StepsPerEpoch * config.Training.CheckpointEvery) == 0)
                {
                    SaveCheckpoint();
                }

                return signal == ExitCode.Success && pretrainer.Step != stopAtStep;
            });
        }
        catch (Exception e) when (e is not ExperimentException)
        {
            throw new ExperimentException(
                Commands.SslCommand.Explain(e).Code is ExitCode.OutOfMemory ? ExitCode.OutOfMemory : ExitCode.Plugin,
                $"The objective \"{config.Objective.Descriptor.Name}\" of {installation.OwnerOf(config.Objective.Descriptor)} failed at step {pretrainer.Step + 1}: "
                + $"{e.GetType().Name}: {e.Message.Split('\n')[0].TrimEnd()}",
                e);
        }

        if (saved != pretrainer.Step)
        {
            SaveCheckpoint();
        }

        Save(status with { TrainingSeconds = before + clock.Elapsed.TotalSeconds });
        return signal;

        void SaveCheckpoint()
        {
            TrainingCheckpoint.Save(run.Checkpoints, pretrainer.Step, parts.Objective, parts.Optimizer);
            TrainingCheckpoint.Prune(run.Checkpoints, KeptCheckpoints);
            saved = pretrainer.Step;
            Save(status with { Step = saved, TrainingSeconds = before + clock.Elapsed.TotalSeconds });
        }

        // The first signal finishes the step and saves; the second one ends the process as it would without us.
        PosixSignalRegistration OnSignal(PosixSignal which, ExitCode code) => PosixSignalRegistration.Create(which, context =>
        {
            context.Cancel = signal == ExitCode.Success;
            signal = code;
        });
    }

    private void Save(RunStatus changed) => run.WriteStatus(status = changed);

    private static RunStatus NewStatus(ExperimentConfig config, Installation installation) => new()
    {
        Status = "running",
        Seed = config.Seed,
        Versions = SoftwareVersions.Current,
        Plugins = installation.Plugins.Loaded.ToDictionary(p => p.Name, p => p.Version),
    };
}
