using System.Text.Json.Nodes;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Weights;

/// <summary>How images of any size become inputs of a network: as its run said, or advice on what to say.</summary>
/// <param name="experiment">What made the weights, if that is known.</param>
/// <param name="network">The network.</param>
/// <param name="components">Makes the run's images and transforms.</param>
internal sealed class TransformAdvice(ExperimentConfig? experiment, Component<IBackbone> network, IComponentFactory components)
{
    private const int UsualSize = 224; // of published weights

    /// <summary>The transform that the run was evaluated with.</summary>
    /// <exception cref="ExperimentException">
    /// There is none, or it does not fit these images; the sentence holds a transform that does.
    /// </exception>
    public IAugmentation OfTheRun(IDataSource images)
    {
        if (experiment?.Evaluation?.Transform is not { } own)
        {
            var missing = experiment is null ? "No experiment lies beside the weights" : "The run was not evaluated";
            throw new ExperimentException(
                ExitCode.Usage, $"{missing}, so that nothing says how images become inputs; say it with {Sentence()}.");
        }

        try
        {
            return EvaluationImages.Transform(own, components, images, images.Size);
        }
        catch (ExperimentException e)
        {
            throw new ExperimentException(
                e.ExitCode, $"{e.Message} It is the run's own, for images as it learned from; for these, say {Sentence()}.", e);
        }
    }

    /// <summary>A transform for images of any size: to the size that the network knows, then as the run prepares its own.</summary>
    private string Sentence()
    {
        var (height, width) = KnownSize();
        IReadOnlyList<Component<IRecipeStep>> own = StepsOf(experiment?.Evaluation?.Transform)
            ?? StepsOf(experiment?.Augmentation)?.Where(step => step.Descriptor.Implementation == typeof(Normalize)).ToArray()
            ?? [];
        var resize = new JsonObject { ["name"] = "resize", ["height"] = height, ["width"] = width };
        var steps = new JsonArray([resize, .. own.Select(step => OptionsWriter.Write(step))]);
        var recipe = new JsonObject { ["name"] = "recipe", ["views"] = new JsonArray(new JsonObject { ["steps"] = steps }) };
        var rest = own.Count > 0 ? "" : " with the size and normalisation that the weights know";
        return $"--transform '{recipe.ToJsonString()}'{rest}";
    }

    private static IReadOnlyList<Component<IRecipeStep>>? StepsOf(Component<IAugmentation>? recipe) =>
        (recipe?.Options as RecipeOptions)?.Views[0].Steps;

    /// <summary>That of the run's evaluation, of its views if its images are gone, or what the network was made for.</summary>
    private (int Height, int Width) KnownSize()
    {
        Component<IAugmentation>?[] preparations = [experiment?.Evaluation?.Transform, experiment?.Augmentation];
        foreach (var preparation in preparations.OfType<Component<IAugmentation>>())
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
