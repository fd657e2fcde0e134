using System.CommandLine;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Pictures;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl preview FILE</c>: pictures of the views as the network will see them, of what the method does with them, and of what colour
/// distortion does.
/// </summary>
internal sealed class PreviewCommand : GuardedCommand
{
    private const string Views = "views.png";
    private const string Method = "method.png";
    private const string Histograms = "histograms.png";
    private static readonly Type[] ColourSteps = [typeof(ColorJitter), typeof(Grayscale), typeof(Solarize)];

    private readonly ExperimentArguments experiment = new(
        also: "; or the folder of a run, whose network then shows what it makes of the views");

    private readonly Option<string?> output =
        SharedOptions.Output("Folder for the pictures; preview where absent", "folder", "--out");

    private readonly Option<bool> force = SharedOptions.Force();

    private readonly Option<int> count = new Option<int>("--count")
    {
        Description = "Images to show",
        DefaultValueFactory = _ => 6,
    }.MustBe("a number of images", most: 100);

    private readonly PluginArguments plugins = new();

    public PreviewCommand()
        : base(
            "preview",
            "Draw the views that the network will see, with their place in the image, what the method does with them, "
            + "and histograms of their intensities.",
            "ssl preview my.json --output pictures",
            "ssl preview simclr --data ./photos",
            "ssl preview runs/mae-fashion-mnist") => Takes([.. experiment.All, output, force, count, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var installation = plugins.Load(parsed);
        var (choice, run) = RunOf(experiment.Read(parsed));
        var config = choice.Read(installation);
        var folder = OutputFolder.Make(parsed.GetValue(output) ?? "preview", "--output");
        string[] pictures = [Views, Method, Histograms];
        OutputFolder.EnsureNew(parsed.GetValue(force), "the pictures", [.. pictures.Select(picture => Path.Combine(folder, picture))]);
        using var parts = ExperimentParts.Build(config, installation);
        DrawViews(config, parts, Path.Combine(folder, Views), parsed.GetValue(count));
        DrawFigures(config, run, parts, Path.Combine(folder, Method), parsed.GetValue(count));
        DrawHistograms(config, parts, installation, Path.Combine(folder, Histograms));
        return ExitCode.Success;
    }

    /// <summary>The experiment of a run, if its folder was named.</summary>
    private static (ExperimentChoice Choice, string? Run) RunOf(ExperimentChoice choice) =>
        Path.Combine(choice.Named, "experiment.json") is var file && File.Exists(file)
            ? (choice with { Named = file }, choice.Named)
            : (choice, null);

    private static void DrawViews(ExperimentConfig config, ExperimentParts parts, string path, int count)
    {
        using (LivePanel.Note($"drawing {path}"))
        {
            var shown = parts.Components.Create(ShownRecipe.Of(config));
            new ViewSheet(parts.Source, shown, config.Seed).Write(path, Math.Min(count, parts.Source.Count));
        }

        ResultConsole.WriteLine(
            $"{path}: each image with the part that each view shows of it, and the views as the network gets them, before normalisation.");
    }

    private static void DrawFigures(ExperimentConfig config, string? run, ExperimentParts parts, string path, int count)
    {
        using var scope = torch.NewDisposeScope();
        var step = run is not null && parts.Objective is IFigureSource ? SavedRun.Load(run, parts) : null;
        IReadOnlyList<Figure> figures;
        using (LivePanel.Note($"drawing {path}"))
        {
            figures = MethodFigures.Draw(config, parts, step ?? 0, count);
            if (figures.Count > 0)
            {
                FigureSheet.Write(path, figures);
            }
        }

        if (figures.Count > 0)
        {
            var network = step is null ? "a network with random weights" : $"the network of {run} after {step:N0} steps";
            ResultConsole.WriteLine($"{path}: what the method does with the views, by {network}.");
        }
    }

    /// <summary>Draws nothing for a plugin's own augmentation, of which nobody knows which steps change colours.</summary>
    private static void DrawHistograms(ExperimentConfig config, ExperimentParts parts, Installation installation, string path)
    {
        var shown = ShownRecipe.Of(config);
        if (shown.Options is not RecipeOptions recipe)
        {
            return;
        }

        var distorts = recipe.Views[0].Steps.Any(IsColourStep);
        var plain = ShownRecipe.With(config, steps => steps.Where(step => !IsColourStep(step)));
        var distorted = distorts ? shown : ShownRecipe.With(config, steps => [.. steps, Strong(installation, parts.Source.Channels)]);
        using (LivePanel.Note($"drawing {path}"))
        {
            new IntensityHistograms(parts.Source, parts.Components.Create(plain), parts.Components.Create(distorted), config.Seed)
                .Write(path, 0, parts.Source.Count / 2);
        }

        var distortion = distorts ? "the recipe's colour distortion" : "SimCLR's colour distortion, which the recipe lacks";
        ResultConsole.WriteLine(
            $"{path}: pixel intensities of six crops of two images, without and with {distortion}. "
            + "Where the curves of one image are alike and unlike the other's, colours alone tell images apart, "
            + "and a contrastive network may learn nothing else.");
    }

    private static bool IsColourStep(Component<IRecipeStep> step) => ColourSteps.Contains(step.Descriptor.Implementation);

    private static Component<IRecipeStep> Strong(Installation installation, int channels)
    {
        var (saturation, hue) = channels == 3 ? (0.8, 0.2) : (0, 0);
        var options = new ColorJitterOptions { Brightness = 0.8, Contrast = 0.8, Saturation = saturation, Hue = hue, Probability = 1 };
        return new(installation.Components.Find(typeof(IRecipeStep), "colorJitter")!.Descriptor, options);
    }
}
