using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;

namespace SslFramework.Host.Plans;

/// <summary>
/// One step on made images: views, shapes and the batch fit together, or it is told. It is left out for a method that looks at all
/// images before an epoch if there are so many that this would take minutes.
/// </summary>
internal static class TrialStep
{
    private const int MostPixels = 1 << 16; // some seconds for a ResNet
    private const int MostPixelsBefore = 1 << 23; // of all images before the step: half a minute

    /// <summary>Takes the step, which trains the parts.</summary>
    /// <exception cref="ExperimentException">The objective refuses or fails.</exception>
    public static void Take(ExperimentConfig config, ExperimentParts parts)
    {
        var images = Fewest(config.Training.BatchSize / config.Training.Accumulation, parts);
        var precision = config.Precision.On(parts.Device.type);
        var settings = new PretrainerSettings(config.Seed, parts.Device, precision, SingleProcess.Instance)
        {
            GradientCache = parts.GradientCache,
        };
        var options = new LoaderOptions { BatchSize = images, Seed = config.Seed };
        var most = images + (int)(MostPixelsBefore / parts.Augmentation.Views.Max(view => (long)view.Height * view.Width));
        using var loader = new ViewLoader(new MadeImages(parts, most), parts.Augmentation, options);
        var training = config.Training with { BatchSize = images, Accumulation = 1 };
        using var pretrainer = new Pretrainer(
            parts.Objective, parts.Optimizer, parts.Schedule, loader, training, settings);
        try
        {
            pretrainer.Run(_ => false);
        }
        catch (OperationCanceledException)
        {
            // An epoch's start reads too many images.
        }
        catch (Exception e) when (e is not ExperimentException)
        {
            throw new ExperimentException(FailureKind.Plugin, PluginFault.Find(e) is { } fault ? fault.Sentence
                : $"{parts.Method} failed at a step on {images} made images with {e.GetType().Name}: "
                    + $"{e.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}.", e);
        }
    }

    /// <summary>
    /// The images of a batch where they are small; else few that stand for it: a divisor of it, so that what it fits is fitted,
    /// and two at least for each group that batch norm takes by itself.
    /// </summary>
    private static int Fewest(int batch, ExperimentParts parts)
    {
        if (batch * parts.Augmentation.Views.Sum(view => (long)view.Height * view.Width) <= MostPixels)
        {
            return batch;
        }

        var groups = parts.Objective.Module.modules().OfType<SplitBatchNorm2d>().Select(norm => norm.Splits).DefaultIfEmpty(1).Max();
        return Enumerable.Range(1, batch).FirstOrDefault(Fits, batch);

        bool Fits(int images) => batch % images == 0 && images % groups == 0 && images >= 2 * groups;
    }
}
