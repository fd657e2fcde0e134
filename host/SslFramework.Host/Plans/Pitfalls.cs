using System.Globalization;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Plans;

/// <summary>Settings that are allowed, and with which little or nothing is learned.</summary>
internal static class Pitfalls
{
    /// <summary>A sentence each, with the remedy.</summary>
    public static IEnumerable<string> OfLearning(ExperimentConfig config, ExperimentParts parts)
    {
        var training = config.Training;
        if (training.BatchSize / training.Accumulation == 1)
        {
            yield return "One image at a time is looked at: a method that tells the images of a batch apart has no negatives then, "
                + "its loss and gradient are 0, and nothing is learned; "
                + $"raise \"training.batchSize\"{(training.Accumulation > 1 ? ", or lower \"training.accumulation\"" : "")}.";
        }

        if (config.Schedule.Options is ScheduleOptions schedule && schedule.WarmupEpochs >= training.Epochs)
        {
            yield return $"The warm-up of {schedule.WarmupEpochs} epochs is as long as the training; lower \"schedule.warmupEpochs\".";
        }

        if (Option("QueueLength") is int queue && queue > parts.Source.Count)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The queue holds {queue:N0} keys of {parts.Source.Count:N0} images, "
                + $"each one {(double)queue / parts.Source.Count:0.#} times: "
                + $"an image meets its own older keys in it; lower \"objective.queueLength\".");
        }

        if (config.Monitor is { } monitor && monitor.Every > training.Epochs)
        {
            yield return $"The monitor measures every {monitor.Every} epochs, and the run has {training.Epochs}: it will measure nothing; "
                + "lower \"monitor.every\".";
        }

        if (parts.Augmentation.Views.Count > 1 && AreViewsAlike(parts))
        {
            yield return "All views of an image are the same, pixel for pixel: "
                + "a method that brings views of an image together has nothing to do; add steps with chance to \"augmentation\".";
        }

        object? Option(string name) => config.Objective.Options.GetType().GetProperty(name)?.GetValue(config.Objective.Options);
    }

    private static bool AreViewsAlike(ExperimentParts parts)
    {
        using var scope = torch.NewDisposeScope();
        using var loader = new ViewLoader(new MadeImages(parts), parts.Augmentation, new LoaderOptions { BatchSize = 1, Seed = 1 });
        var views = loader.Read(0).First().Views;
        return views.Skip(1).All(view => view.shape.SequenceEqual(views[0].shape) && view.equal(views[0]).all().ToBoolean());
    }
}
