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
    public IEnumerable<(long? Stop, int LoaderThreads, string? Difference)> Run()
    {
        var own = config.Training.LoaderThreads;
        Train("whole", own, steps);
        Train("again", own, steps);
        var without = Difference("whole", "again");
        yield return (null, own, without);
        if (without is not null)
        {
            yield break;
        }

        foreach (var (stop, threads) in new[] { (1L, own), (steps / 2, 0), (steps - 1, 2) }.Where(trial => trial.Item1 > 0 && trial.Item1 < steps).Distinct())
        {
            var name = $"stop-{stop}-threads-{threads}";
            Train(name, own, stop);
            Train(name, threads, steps);
            yield return (stop, threads, Difference("whole", name));
        }
    }

    private void Train(string name, int loaderThreads, long until)
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
    }

    private string? Difference(string first, string second)
    {
        var checkpoint = Path.Combine(RunFiles.Checkpoints, CheckpointFolder.NameOf(steps));
        foreach (var file in new[] { TrainingCheckpoint.Objective, TrainingCheckpoint.Optimizer })
        {
            using var a = SafeTensors.Read(Path.Combine(folder, first, checkpoint, file));
            using var b = SafeTensors.Read(Path.Combine(folder, second, checkpoint, file));
            var changed = a.Tensors.Keys.Union(b.Tensors.Keys).FirstOrDefault(key =>
                !a.Tensors.TryGetValue(key, out var x) || !b.Tensors.TryGetValue(key, out var y) || !x.shape.SequenceEqual(y.shape) || !x.bytes.SequenceEqual(y.bytes));
            if (changed is not null)
            {
                return $"\"{changed}\" in {file}";
            }
        }

        return File.ReadAllBytes(Path.Combine(folder, first, RunFiles.Metrics)).SequenceEqual(File.ReadAllBytes(Path.Combine(folder, second, RunFiles.Metrics)))
            ? null
            : RunFiles.Metrics;
    }
}
