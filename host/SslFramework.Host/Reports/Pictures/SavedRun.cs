using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Builds what a run trained from its folder, and draws it. Changes nothing in the folder: the run may be going on.</summary>
internal static class SavedRun
{
    /// <summary>Pictures of the newest checkpoint. What cannot be drawn is a sentence in the report, never a failure.</summary>
    public static RunPictures Pictures(string folder, Func<Installation> load)
    {
        try
        {
            var installation = load();
            var saved = ExperimentFile.Read(Path.Combine(folder, RunFiles.Experiment), [], installation.Components);
            var config = saved with { Device = DeviceChoice.Cpu };
            using var parts = ExperimentParts.Build(config, installation);
            var step = Load(folder, parts);
            return step is null
                ? RunPictures.None(
                    "There is no checkpoint yet to draw embeddings, views and figures from; "
                    + "'ssl train' saves one at the end of an epoch, then 'ssl report' draws them.")
                : PictureMaker.Draw(config, parts, step.Value);
        }
        catch (Exception e)
        {
            var sentence = Failure.Explain(e).Sentence;
            Messages.Warn($"The report has no pictures. {sentence}");
            return RunPictures.None($"Pictures could not be drawn: {sentence} 'ssl report' tries again.");
        }
    }

    /// <summary>Loads the newest checkpoint that can be read: one may be damaged, or deleted meanwhile.</summary>
    /// <returns>Its step; null where there is none.</returns>
    public static long? Load(string folder, ExperimentParts parts)
    {
        var checkpoints = Path.Combine(folder, RunFiles.Checkpoints);
        string[] all = Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints, CheckpointFolder.Prefix + "*") : [];
        foreach (var checkpoint in all.OrderDescending(StringComparer.Ordinal))
        {
            try
            {
                using var scope = torch.NewDisposeScope();
                return TrainingCheckpoint.Restore(checkpoint, parts.Objective, parts.Optimizer).Step;
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Checkpoint)
            {
                continue;
            }
        }

        return null;
    }
}
