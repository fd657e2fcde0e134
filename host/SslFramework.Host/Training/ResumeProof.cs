using SslFramework.Core.Weights;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Training;

/// <summary>
/// Takes the same steps in one go, once more so, and with a stop between them, with other numbers of loader threads too: weights,
/// optimizer and metrics must be the same to the last bit.
/// </summary>
internal sealed class ResumeProof(ExperimentConfig config, Installation installation, string folder, long steps)
{
    /// <summary>
    /// Each stop, and what differs afterwards: null where nothing does. The first has no stop: where two equal trainings differ, stops
    /// have nothing to do with it, and none is tried.
    /// </summary>
    /// <exception cref="ExperimentException">The experiment has fewer steps.</exception>
    public IEnumerable<(long? Stop, int LoaderThreads, string? Difference)> Run()
    {
        var own = config.Training.LoaderThreads;
        if (Train("whole", own, steps) is var done && done < steps)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"The experiment ends after {done} steps, before the {steps} that are to be taken; "
                + $"say --steps {done}, or raise \"training.epochs\".");
        }

        Train("again", own, steps);
        var without = Difference("whole", "again");
        yield return (null, own, without);
        if (without is not null)
        {
            yield break;
        }

        (long Stop, int Threads)[] trials = [(1, own), (steps / 2, 0), (steps - 1, 2)];
        foreach (var (stop, threads) in trials.Where(trial => trial.Stop > 0 && trial.Stop < steps).Distinct())
        {
            var name = $"stop-{stop}-threads-{threads}";
            Train(name, own, stop);
            Train(name, threads, steps);
            yield return (stop, threads, Difference("whole", name));
        }
    }

    private long Train(string name, int loaderThreads, long until)
    {
        var tried = config with
        {
            Name = name,
            Evaluation = null,
            Monitor = null, // would measure on the evaluation's images
            Training = config.Training with { LoaderThreads = loaderThreads, LogEvery = 4 }, // stops fall between two lines
        };
        using var run = RunFolder.Open(folder, name, ExperimentFile.Write(tried), overwrite: false);
        new ExperimentRun(tried, installation, run, new StartOptions { StopAtStep = until }).Run();
        return run.ReadStatus()!.Step;
    }

    private string? Difference(string first, string second)
    {
        var checkpoint = Path.Combine(RunFiles.Checkpoints, CheckpointFolder.NameOf(steps));
        foreach (var file in new[] { TrainingCheckpoint.Objective, TrainingCheckpoint.Optimizer })
        {
            using var a = SafeTensors.Read(Path.Combine(folder, first, checkpoint, file));
            using var b = SafeTensors.Read(Path.Combine(folder, second, checkpoint, file));
            if (a.Tensors.Keys.Union(b.Tensors.Keys).FirstOrDefault(key => !IsEqual(key, a, b)) is { } changed)
            {
                return $"\"{changed}\" in {file}";
            }
        }

        return Metrics(first).SequenceEqual(Metrics(second)) ? null : RunFiles.Metrics;
    }

    private static bool IsEqual(string key, SafeTensorsFile first, SafeTensorsFile second) =>
        first.Tensors.TryGetValue(key, out var a) && second.Tensors.TryGetValue(key, out var b)
        && a.shape.SequenceEqual(b.shape) && a.bytes.SequenceEqual(b.bytes);

    private byte[] Metrics(string run) => File.ReadAllBytes(Path.Combine(folder, run, RunFiles.Metrics));
}
