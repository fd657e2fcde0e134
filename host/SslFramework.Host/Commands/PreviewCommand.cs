using System.CommandLine;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Pictures;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl preview FILE</c>: pictures of the views as the network will see them, of what the method does with them, and of what color
/// distortion does.
/// </summary>
internal sealed class PreviewCommand : GuardedCommand
{
    private static readonly string[] Pictures = ["views.png", "method.png", "histograms.png"];
    private static readonly Type[] ColorSteps = [typeof(ColorJitter), typeof(Grayscale), typeof(Solarize)];

    private readonly ExperimentArguments experiment = new("; or the folder of a run, whose network then shows what it makes of the views");
    private readonly Option<string?> output = SharedOptions.Output("Folder for the pictures; preview where absent", "folder", "--out");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<int> count = new("--count") { Description = "Images to show", DefaultValueFactory = _ => 6 };
    private readonly PluginArguments plugins = new();

    public PreviewCommand()
        : base(
            "preview",
            "Draw the views that the network will see, with their place in the image, what the method does with them, "
            + "and histograms of their intensities.",
            "ssl preview my.json --output pictures",
            "ssl preview simclr --data ./photos",
            "ssl preview runs/mae-fashion-mnist")
    {
        SharedOptions.TakesNumber(count, "a number of images", most: 100);
        Takes([.. experiment.All, output, force, count, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var (choice, installation) = (experiment.Read(parsed), plugins.Load(parsed));
        var (file, run) = RunOf(choice.Named);
        var config = (choice with { Named = file }).Read(installation);
        var (folder, images) = (parsed.GetValue(output) ?? "preview", parsed.GetValue(count));
        OutputFolder.Make(folder, "--output");
        string[] paths = [.. Pictures.Select(picture => Path.Combine(folder, picture))];
        OutputFolder.EnsureNew(parsed.GetValue(force), "the pictures", paths);
        using var parts = ExperimentParts.Build(config, installation);
        var shown = ShownRecipe.Of(config);
        DrawViews(parts, shown, paths[0], images);
        DrawFigures(parts, run, paths[1], images);
        if (shown.Options is RecipeOptions recipe) // what the colors of a plugin's own augmentation are is unknown here
        {
            DrawHistograms(parts, shown, recipe, installation.Components, paths[2]);
        }

        return ExitCode.Success;
    }

    /// <summary>The experiment of a run's folder.</summary>
    private static (string File, string? Run) RunOf(string named) =>
        Path.Combine(named, RunFiles.Experiment) is var experiment && File.Exists(experiment) ? (experiment, named) : (named, null);

    private static void DrawViews(ExperimentParts parts, Component<IAugmentation> shown, string path, int count)
    {
        using (LivePanel.Note($"drawing {path}"))
        {
            new ViewSheet(parts.Source, parts.Components.Create(shown), parts.Config.Seed).Write(path, Math.Min(count, parts.Source.Count));
        }

        ResultConsole.WriteLine(
            $"{path}: each image with the part that each view shows of it, and the views as the network gets them, before normalization.");
    }

    private static void DrawFigures(ExperimentParts parts, string? run, string path, int count)
    {
        using var scope = torch.NewDisposeScope();
        var step = run is not null && parts.Objective is IFigureSource ? SavedRun.Load(run, parts) : null;
        bool isDrawn;
        using (LivePanel.Note($"drawing {path}"))
        {
            var figures = MethodFigures.Draw(parts.Config, parts, step ?? 0, count);
            isDrawn = figures.Count > 0;
            if (isDrawn)
            {
                FigureSheet.Write(path, figures);
            }
        }

        if (isDrawn)
        {
            var network = step is null ? "a network with random weights" : $"the network of {run} after {step:N0} steps";
            ResultConsole.WriteLine($"{path}: what the method does with the views, by {network}.");
        }
        else
        {
            var method = parts.Config.Objective.Descriptor.Name;
            ResultConsole.WriteLine($"The method '{method}' has no picture of what it does with the views.");
        }
    }

    private static void DrawHistograms(
        ExperimentParts parts, Component<IAugmentation> shown, RecipeOptions recipe, ComponentCatalog catalog, string path)
    {
        var isDistorted = recipe.Views[0].Steps.Any(IsColorStep);
        var plain = ShownRecipe.With(parts.Config, steps => steps.Where(step => !IsColorStep(step)));
        var distorted = isDistorted ? shown : ShownRecipe.With(parts.Config, steps => [.. steps, Strong(catalog, parts.Source.Channels)]);
        using (LivePanel.Note($"drawing {path}"))
        {
            new IntensityHistograms(parts.Source, parts.Components.Create(plain), parts.Components.Create(distorted), parts.Config.Seed)
                .Write(path, 0, parts.Source.Count / 2);
        }

        var distortion = isDistorted ? "the recipe's color distortion" : "SimCLR's color distortion, which the recipe lacks";
        ResultConsole.WriteLine(
            $"{path}: pixel intensities of six crops of two images, without and with {distortion}. "
            + "Where the curves of one image are alike and unlike the other's, colors alone tell images apart, "
            + "and a contrastive network may learn nothing else.");
    }

    private static bool IsColorStep(Component<IRecipeStep> step) => ColorSteps.Contains(step.Descriptor.Implementation);

    private static Component<IRecipeStep> Strong(ComponentCatalog catalog, int channels)
    {
        var color = channels == 3;
        var options = new ColorJitterOptions
        {
            Brightness = 0.8,
            Contrast = 0.8,
            Saturation = color ? 0.8 : 0,
            Hue = color ? 0.2 : 0,
            Probability = 1,
        };
        return new(catalog.Find(typeof(IRecipeStep), "colorJitter")!.Descriptor, options);
    }
}
