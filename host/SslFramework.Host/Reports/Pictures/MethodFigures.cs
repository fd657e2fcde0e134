using SslFramework.Core.Distributed;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>The pictures that an objective draws of what it does.</summary>
internal static class MethodFigures
{
    /// <summary>Draws them for some images as they are in the first epoch; none, where the objective draws none.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="step">How long the objective was trained.</param>
    /// <param name="images">How many images.</param>
    public static IReadOnlyList<Figure> Draw(ExperimentConfig config, ExperimentParts parts, long step, int images)
    {
        if (parts.Objective is not IFigureSource source)
        {
            return [];
        }

        using var gradient = torch.no_grad();
        var options =
            new LoaderOptions { BatchSize = Math.Min(images, parts.Source.Count), Threads = 0, Seed = config.Seed, Shuffle = true };
        using var loader = new ViewLoader(parts.Source, parts.Augmentation, options);
        parts.Objective.Module.eval();
        var batch = loader.Read(0).First();
        var views = parts.Device.type == DeviceType.CPU
            ? batch
            : new ViewBatch([.. batch.Views.Select(view => view.to(parts.Device))], batch.Indices);
        var context = new StepContext(step, step, 0, config.Training.Epochs, new StepRandom(config.Seed, step), SingleReplica.Instance);
        return source.DrawFigures(views, context);
    }
}
