using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Host.Experiments;

/// <summary>An experiment's views for people's eyes: before normalization.</summary>
internal static class ShownRecipe
{
    /// <summary>The recipe without normalization; a plugin's own augmentation as it is.</summary>
    public static Component<IAugmentation> Of(ExperimentConfig config) => With(config, steps => steps);

    /// <summary>The same with other steps.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="change">Given the steps of a view without normalization.</param>
    public static Component<IAugmentation> With(
        ExperimentConfig config, Func<IEnumerable<Component<IRecipeStep>>, IEnumerable<Component<IRecipeStep>>> change)
    {
        if (config.Augmentation.Options is not RecipeOptions recipe)
        {
            return config.Augmentation;
        }

        var views = recipe.Views.Select(view => view with { Steps = [.. change(view.Steps.Where(IsShown))] });
        return config.Augmentation with { Options = new RecipeOptions { Views = [.. views] } };

        static bool IsShown(Component<IRecipeStep> step) => step.Descriptor.Implementation != typeof(Normalize);
    }
}
