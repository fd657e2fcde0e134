using System.CommandLine;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl preview FILE</c>: pictures of the views as the network will see them, of what the method does with them, and of what colour distortion does.</summary>
internal static class PreviewCommand
{
    private static readonly string[] Pictures = ["views.png", "method.png", "histograms.png"];
    private static readonly Type[] ColourSteps = [typeof(ColorJitter), typeof(Grayscale), typeof(Solarize)];

    public static Command Define()
    {
        var (file, data, size, set, plugins, locked, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Size(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        file.Description += "; or the folder of a run, whose network then shows what it makes of the views";
        var (output, force) = (SharedOptions.Output("Folder for the pictures; preview where absent", "folder", "--out"), SharedOptions.Force());
        var count = new Option<int>("--count") { Description = "Images to show", DefaultValueFactory = _ => 6 };
        SharedOptions.TakesNumber(count, "a number of images", most: 100);
        var command = new ExampledCommand(
            "preview",
            "Draw the views that the network will see, with their place in the image, what the method does with them, and histograms of their intensities.",
            "ssl preview my.json --output pictures",
            "ssl preview simclr --data ./photos",
            "ssl preview runs/mae-fashion-mnist")
        {
            file, data, size, set, output, force, count, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var (named, run) = RunOf(parsed.GetValue(file)!);
                var config = new ExperimentChoice(named, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) }.Read(installation);
                return Draw(config, run, installation, parsed.GetValue(output) ?? "preview", parsed.GetValue(force), parsed.GetValue(count));
            },
            parsed.GetValue(trace)));
        return command;
    }

    /// <summary>The experiment of a run's folder.</summary>
    private static (string Named, string? Run) RunOf(string named) =>
        Path.Combine(named, "experiment.json") is var experiment && File.Exists(experiment) ? (experiment, named) : (named, null);

    private static ExitCode Draw(ExperimentConfig config, string? run, Installation installation, string folder, bool force, int count)
    {
        OutputFolder.Make(folder, "--output");
        OutputFolder.EnsureNew(force, "the pictures", [.. Pictures.Select(picture => Path.Combine(folder, picture))]);
        using var parts = ExperimentParts.Build(config, installation);
        var views = Path.Combine(folder, Pictures[0]);
        var shown = ShownRecipe.Of(config);
        using (LivePanel.Note($"drawing {views}"))
        {
            new ViewSheet(parts.Source, parts.Components.Create(shown), config.Seed).Write(views, Math.Min(count, parts.Source.Count));
        }

        ResultConsole.WriteLine($"{views}: each image with the part that each view shows of it, and the views as the network gets them, before normalisation.");
        DrawFigures(config, run, parts, Path.Combine(folder, Pictures[1]), count);
        if (shown.Options is not RecipeOptions)
        {
            return ExitCode.Success; // a plugin's own augmentation: what its colours are is unknown here
        }

        var histograms = Path.Combine(folder, Pictures[2]);
        var colours = ((RecipeOptions)shown.Options).Views[0].Steps.Any(IsColourStep);
        var plain = ShownRecipe.With(config, steps => steps.Where(step => !IsColourStep(step)));
        var distorted = colours ? shown : ShownRecipe.With(config, steps => [.. steps, Strong(installation, parts.Source.Channels)]);
        using (LivePanel.Note($"drawing {histograms}"))
        {
            new IntensityHistograms(parts.Source, parts.Components.Create(plain), parts.Components.Create(distorted), config.Seed)
                .Write(histograms, 0, parts.Source.Count / 2);
        }

        ResultConsole.WriteLine(
            $"{histograms}: pixel intensities of six crops of two images, without and with {(colours ? "the recipe's colour distortion" : "SimCLR's colour distortion, which the recipe lacks")}. "
            + "Where the curves of one image are alike and unlike the other's, colours alone tell images apart, and a contrastive network may learn nothing else.");
        return ExitCode.Success;
    }

    private static void DrawFigures(ExperimentConfig config, string? run, ExperimentParts parts, string path, int count)
    {
        using var scope = torch.NewDisposeScope();
        var step = run is not null && parts.Objective is IFigureSource ? SavedRun.Load(run, parts) : null;
        bool drawn;
        using (LivePanel.Note($"drawing {path}"))
        {
            var figures = MethodFigures.Draw(config, parts, step ?? 0, count);
            drawn = figures.Count > 0;
            if (drawn)
            {
                FigureSheet.Write(path, figures);
            }
        }

        if (drawn)
        {
            ResultConsole.WriteLine($"{path}: what the method does with the views, by {(step is null ? "a network with random weights" : $"the network of {run} after {step:N0} steps")}.");
        }
    }

    private static bool IsColourStep(Component<IRecipeStep> step) => ColourSteps.Contains(step.Descriptor.Implementation);

    private static Component<IRecipeStep> Strong(Installation installation, int channels)
    {
        var colour = channels == 3;
        var options = new ColorJitterOptions { Brightness = 0.8, Contrast = 0.8, Saturation = colour ? 0.8 : 0, Hue = colour ? 0.2 : 0, Probability = 1 };
        return new(installation.Components.Find(typeof(IRecipeStep), "colorJitter")!.Descriptor, options);
    }
}
