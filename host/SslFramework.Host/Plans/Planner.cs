using System.Diagnostics;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Distributed;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Plans;

/// <summary>Finds out what a training will take: counts what can be counted, and measures the rest on a few real steps.</summary>
/// <param name="config">The experiment.</param>
/// <param name="parts">Its parts; the calibration trains them.</param>
internal sealed class Planner(ExperimentConfig config, ExperimentParts parts)
{
    private const int WarmUp = 3;
    private const int Settling = 50;
    private const int FewestSteps = 3;
    private const int MostSteps = 200;
    private const int FewForBatchNorm = 8;
    private const double MuchWaiting = 0.1;
    private const double MuchOfTheImages = 0.1;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>Makes the plan.</summary>
    /// <param name="calibrate">Whether to take steps.</param>
    /// <param name="exchange">Processes and gigabits a second between them, if there will be several.</param>
    /// <exception cref="ExperimentException">
    /// The training would not start: the batch does not fit the images, a queue not the batch, …
    /// </exception>
    public TrainingPlan Make(bool calibrate, (int Ranks, double Gigabits)? exchange)
    {
        using var loader = parts.NewLoader(SingleProcess.Instance);
        var steps = loader.BatchesPerEpoch / config.Training.Accumulation * config.Training.Epochs;
        var warmUp = (int)Math.Clamp(steps - 1, 0, WarmUp); // of a shorter run, all but the last step
        var profile = new StepProfile(int.MaxValue, warmUp, steps > MostSteps ? Settling : 0); // a short run never settles
        var precision = config.Precision.On(parts.Device.type);
        var settings = new PretrainerSettings(config.Seed, parts.Device, precision, SingleProcess.Instance)
        {
            Profile = profile,
            GradientCache = parts.GradientCache,
        };
        using var pretrainer = new Pretrainer(parts.Objective, parts.Optimizer, parts.Schedule, loader, config.Training, settings);
        var all = parts.Objective.Module.parameters().ToArray();
        var trained = all.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel());
        var calibration = calibrate ? Calibrate(pretrainer, profile) : null;
        return new TrainingPlan
        {
            BackboneParameters = parts.Backbone.Module.parameters().Sum(parameter => parameter.numel()),
            Parameters = all.Sum(parameter => parameter.numel()),
            TrainedParameters = trained,
            Images = parts.Source.Count,
            BatchSize = config.Training.BatchSize,
            StepsPerEpoch = pretrainer.StepsPerEpoch,
            Steps = pretrainer.TotalSteps,
            Calibration = calibration,
            Features = config.Evaluation is { } evaluation ? Features(evaluation) : null,
            Exchange = exchange is var (ranks, gigabits) ? Exchange.Of(ranks, gigabits, trained) : null,
            Warnings = [.. Warnings(pretrainer.StepsPerEpoch, calibration, exchange?.Ranks ?? 1)],
        };
    }

    private FeaturePlan Features(EvaluationConfig evaluation)
    {
        var train = evaluation.Train is null ? parts.Source : parts.Components.Create(evaluation.Train);
        var images = train.Count + parts.Components.Create(evaluation.Test).Count;
        var limit = evaluation.FeatureMegabytes is { } megabytes ? (long)megabytes << 20 : FeatureMemory.Default(parts.Device);
        return new(images, (long)images * parts.Backbone.FeatureDimension * sizeof(float), limit);
    }

    private Calibration Calibrate(Pretrainer pretrainer, StepProfile profile)
    {
        using var flops = new FlopCounter(parts.Objective.Module);
        var clock = Stopwatch.StartNew();
        pretrainer.Run(_ =>
        {
            flops.Dispose(); // one step is counted; counting takes time
            if (profile.Steps == 0)
            {
                clock.Restart();
            }

            return profile.Steps < FewestSteps || (profile.Steps < MostSteps && clock.Elapsed < Budget);
        });
        var (steps, seconds) = (profile.Steps, clock.Elapsed.TotalSeconds);
        var (bytes, saving) = Checkpoint(pretrainer.State);
        using var process = Process.GetCurrentProcess();
        var saves = ((pretrainer.TotalSteps - 1) / (pretrainer.StepsPerEpoch * config.Training.CheckpointEvery)) + 1;
        return new Calibration(
            steps,
            (double)flops.Forward / config.Training.BatchSize,
            (double)flops.Total / config.Training.BatchSize,
            seconds / steps,
            profile.Of(StepPart.Data).TotalSeconds / seconds,
            process.PeakWorkingSet64,
            GpuMemory.InUse(),
            bytes,
            saving,
            (seconds / steps * pretrainer.TotalSteps) + (saves * saving));
    }

    private (long Bytes, double Seconds) Checkpoint(TrainingState state)
    {
        var folder = Machine.ScratchFolder.Make("ssl-plan");
        try
        {
            var clock = Stopwatch.StartNew();
            var saved = new CheckpointFolder(folder, Disk.Instance, _ => { }).Save(state, parts.Objective, parts.Optimizer);
            return (Directory.EnumerateFiles(saved).Sum(file => new FileInfo(file).Length), clock.Elapsed.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsBatchNorm(torch.nn.Module module) =>
        module is TorchSharp.Modules.BatchNorm2d or TorchSharp.Modules.BatchNorm1d or SplitBatchNorm2d;

    private IEnumerable<string> Warnings(long stepsPerEpoch, Calibration? calibration, int ranks)
    {
        var training = config.Training;
        var unused = parts.Source.Count - (stepsPerEpoch * training.BatchSize);
        if (unused > MuchOfTheImages * parts.Source.Count)
        {
            yield return $"{unused:N0} of {parts.Source.Count:N0} images are left out of every epoch, "
                + $"for they do not fill a batch of {training.BatchSize:N0}; a smaller \"training.batchSize\" shows more of them.";
        }

        foreach (var pitfall in Pitfalls.OfLearning(config, parts))
        {
            yield return pitfall;
        }

        var modules = parts.Objective.Module.modules().ToArray();
        var splits = modules.OfType<SplitBatchNorm2d>().Select(norm => norm.Splits).DefaultIfEmpty(1).Max();
        var together = Math.Min(training.BatchSize / training.Accumulation, training.GradientCache ?? int.MaxValue) / splits;
        if (together < FewForBatchNorm && modules.Any(IsBatchNorm))
        {
            yield return $"Batch norm takes its statistics from {together} image{(together == 1 ? "" : "s")} at a time; "
                + "raise the batch, or lower \"accumulation\" and splits.";
        }

        if (training.BatchSize % ranks != 0)
        {
            yield return $"{ranks} processes cannot share a batch of {training.BatchSize}; "
                + "choose a \"training.batchSize\" that they divide.";
        }

        if (config.Precision == Precision.Bf16 && !DevicePrecision.HasBf16(parts.Device.type))
        {
            yield return "This processor has no bf16 instructions, and steps are many times slower; set \"precision\": \"auto\".";
        }

        if (CheckpointRoom.Shortage("runs", calibration?.CheckpointBytes ?? CheckpointRoom.Least(parts)) is { } shortage)
        {
            yield return $"{shortage}; free some space, or train with another folder, --runs.";
        }

        if (calibration is { Waiting: > MuchWaiting })
        {
            yield return $"Steps wait for images {calibration.Waiting:P0} of the time; "
                + $"raise \"training.loaderThreads\" ({training.LoaderThreads}), or pack the images ('ssl data pack').";
        }

        if (calibration is not null && calibration.PeakMemory > 0.9 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            yield return "There is hardly more memory than the training takes; "
                + "raise \"training.accumulation\", or set \"training.gradientCache\" or \"backbone.recompute\".";
        }
    }
}
