using SslFramework.Core.Backbones;
using SslFramework.Core.Data;
using SslFramework.Core.Distributed;
using SslFramework.Core.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Plans;

/// <summary>One step on made images, as few as the objective can do with: views, shapes and the batch fit together, or it is told.</summary>
internal static class TrialStep
{
    /// <summary>Takes the step, which trains the parts.</summary>
    /// <exception cref="ExperimentException">The objective refuses or fails.</exception>
    public static void Take(ExperimentConfig config, ExperimentParts parts)
    {
        var images = Fewest(config.Training.BatchSize / config.Training.Accumulation, parts);
        var settings = new PretrainerSettings(config.Seed, parts.Device, config.Precision.On(parts.Device.type), SingleProcess.Instance) { GradientCache = parts.GradientCache };
        using var loader = new ViewLoader(new MadeImages(parts), parts.Augmentation, new LoaderOptions { BatchSize = images, Seed = config.Seed });
        using var pretrainer = new Pretrainer(
            parts.Objective, parts.Optimizer, parts.Schedule, loader, config.Training with { BatchSize = images, Accumulation = 1 }, settings);
        try
        {
            pretrainer.Run(_ => false);
        }
        catch (Exception e) when (e is not ExperimentException)
        {
            throw new ExperimentException(ExitCode.Plugin, PluginFault.Find(e) is { } fault ? fault.Sentence
                : $"{parts.Method} failed at a step on {images} made images with {e.GetType().Name}: {e.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}.", e);
        }
    }

    /// <summary>
    /// Images that stand for a batch: a divisor of it, so that queues and groups that it fits are fitted, and two at least for
    /// each group that batch norm takes by itself.
    /// </summary>
    private static int Fewest(int batch, ExperimentParts parts)
    {
        var groups = parts.Objective.Module.modules().OfType<SplitBatchNorm2d>().Select(norm => norm.Splits).DefaultIfEmpty(1).Max();
        return Enumerable.Range(1, batch).FirstOrDefault(images => batch % images == 0 && images % groups == 0 && images >= 2 * groups, batch);
    }

    /// <summary>As many images as the experiment has, of their size and channels, with noise in them.</summary>
    private sealed class MadeImages(ExperimentParts parts) : IDataSource
    {
        // Where sizes differ, large enough for every view to be cut from it.
        private readonly ImageSize size = parts.Source.Size
            ?? new ImageSize(2 * parts.Augmentation.Views.Max(view => view.Height), 2 * parts.Augmentation.Views.Max(view => view.Width));

        public int Count => parts.Source.Count;

        public int Channels => parts.Source.Channels;

        public ImageSize? Size => parts.Source.Size;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
            var random = new SampleRandom(0, 0, (ulong)index, 0);
            foreach (ref var pixel in destination.Resize(size.Height, size.Width, Channels))
            {
                pixel = (byte)random.Next(256);
            }
        }
    }
}
