using System.Text.Json.Nodes;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Commands.Embedding;

/// <summary>How images become inputs of a network: as the user says, as the run's evaluation does, or with advice on what to say.</summary>
/// <param name="experiment">The run's, if there is one.</param>
/// <param name="network">The network.</param>
/// <param name="components">Builds transforms and opens images.</param>
internal sealed class TransformAdvice(ExperimentConfig? experiment, Component<IBackbone> network, IComponentFactory components)
{
    private const int UsualSize = 224; // of published weights

    /// <summary>The transform of some images.</summary>
    /// <param name="named">What the user said; null for the run's own.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="ExperimentException">Nothing says it, or it does not fit the images: the sentence says what would.</exception>
    public IAugmentation Prepare(Component<IAugmentation>? named, IDataSource images)
    {
        var own = experiment?.Evaluation?.Transform;
        if ((named ?? own) is not { } transform)
        {
            var cause = experiment is null ? "No experiment lies beside the weights" : "The run was not evaluated";
            throw new ExperimentException(
                FailureKind.Usage, $"{cause}, so that nothing says how images become inputs; say it with {Advice()}.");
        }

        try
        {
            return EvaluationImages.Transform(transform, components, images, images.Size);
        }
        catch (ExperimentException e) when (named is null)
        {
            throw new ExperimentException(
                e.Kind, $"{e.Message} It is the run's own, for images as it learned from; for these, say {Advice()}.", e);
        }
    }

    /// <summary>A transform for images of any size: to the size that the network knows, then as the run prepares its own.</summary>
    private string Advice()
    {
        var (height, width) = SizeKnown();
        var own = StepsOf(experiment?.Evaluation?.Transform) ?? Normalization();
        var resize = new JsonObject { ["name"] = "resize", ["height"] = height, ["width"] = width };
        var steps = new JsonArray([resize, .. own.Select(step => OptionsWriter.Write(step))]);
        var recipe = new JsonObject { ["name"] = "recipe", ["views"] = new JsonArray(new JsonObject { ["steps"] = steps }) };
        return $"--transform '{recipe.ToJsonString()}'{(own.Count > 0 ? "" : " with the size and normalization that the weights know")}";
    }

    private IReadOnlyList<Component<IRecipeStep>> Normalization() =>
        [.. (StepsOf(experiment?.Augmentation) ?? []).Where(step => step.Descriptor.Implementation == typeof(Normalize))];

    private static IReadOnlyList<Component<IRecipeStep>>? StepsOf(Component<IAugmentation>? recipe) =>
        (recipe?.Options as RecipeOptions)?.Views[0].Steps;

    /// <summary>That of the run's evaluation, of its views if its images are gone, or what the network was made for.</summary>
    private (int Height, int Width) SizeKnown()
    {
        Component<IAugmentation>?[] known = [experiment?.Evaluation?.Transform, experiment?.Augmentation];
        foreach (var preparation in known.OfType<Component<IAugmentation>>())
        {
            try
            {
                var images = components.Create(experiment!.Data);
                var view = EvaluationImages.Transform(preparation, components, images, images.Size).Views[0];
                return (view.Height, view.Width);
            }
            catch (ExperimentException)
            {
                continue; // it is an example
            }
        }

        var side = network.Options.GetType().GetProperty("ImageSize")?.GetValue(network.Options) as int? ?? UsualSize;
        return (side, side);
    }
}
