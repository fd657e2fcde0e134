using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Core.Augmentations;

/// <summary>Registers the recipe and its steps.</summary>
internal static class AugmentationComponents
{
    /// <summary>Makes the augmentation <c>recipe</c> and every step of this namespace available to experiments.</summary>
    public static IServiceCollection AddAugmentations(this IServiceCollection services) => services
        .AddAugmentation<RecipeAugmentation, RecipeOptions>("recipe")
        .AddComponent<IRecipeStep, RandomResizedCrop, RandomResizedCropOptions>("randomResizedCrop")
        .AddComponent<IRecipeStep, RandomCrop, RandomCropOptions>("randomCrop")
        .AddComponent<IRecipeStep, Resize, ResizeOptions>("resize")
        .AddComponent<IRecipeStep, RandomScale, RandomScaleOptions>("randomScale")
        .AddComponent<IRecipeStep, CenterCrop, CenterCropOptions>("centerCrop")
        .AddComponent<IRecipeStep, FitShortest, FitShortestOptions>("fitShortest")
        .AddComponent<IRecipeStep, FitBox, FitBoxOptions>("fitBox")
        .AddComponent<IRecipeStep, Canvas, CanvasOptions>("canvas")
        .AddComponent<IRecipeStep, HorizontalFlip, HorizontalFlipOptions>("horizontalFlip")
        .AddComponent<IRecipeStep, ColorJitter, ColorJitterOptions>("colorJitter")
        .AddComponent<IRecipeStep, Grayscale, GrayscaleOptions>("grayscale")
        .AddComponent<IRecipeStep, GaussianBlur, GaussianBlurOptions>("gaussianBlur")
        .AddComponent<IRecipeStep, Solarize, SolarizeOptions>("solarize")
        .AddComponent<IRecipeStep, RandAugment, RandAugmentOptions>("randAugment")
        .AddComponent<IRecipeStep, Normalize, NormalizeOptions>("normalize");
}
