using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Benchmarks;

/// <summary>The recipes that are timed; peer/loader.py has the same ones.</summary>
internal static class ViewRecipes
{
    /// <summary>MAE's crop and flip.</summary>
    public static RecipeOptions Mae { get; } = Views(
        1,
        Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Scale = [0.2, 1], Interpolation = Interpolation.Bicubic }),
        Step<HorizontalFlip, HorizontalFlipOptions>(new()),
        Step<Normalize, NormalizeOptions>(new()));

    /// <summary>Crops alone.</summary>
    public static RecipeOptions Crops(int count, double[] scale) =>
        Views(count, Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Scale = scale, Interpolation = Interpolation.Bicubic }));

    /// <summary>MoCo v3's two unequal views.</summary>
    public static RecipeOptions MocoV3 { get; } = new()
    {
        Views = [Unequal(blur: 1, solarize: 0), Unequal(blur: 0.1, solarize: 0.2)],
    };

    /// <summary>SimCLR's two views.</summary>
    public static RecipeOptions SimClr(BlurKernel kernel) => Views(
        2,
        [
            .. Colors(224, 0.8, 0.8, 0.2),
            Step<GaussianBlur, GaussianBlurOptions>(new() { Kernel = kernel, Probability = 0.5 }),
            Step<Normalize, NormalizeOptions>(new()),
        ]);

    /// <summary>SimCLR's two views of small images, without blur.</summary>
    public static RecipeOptions SimClrSmall { get; } =
        Views(2, [.. Colors(32, 0.8, 0.8, 0.2), Step<Normalize, NormalizeOptions>(new())]);

    /// <summary>DINO's two global views of 224 pixels, and as many local ones of 96 as asked for.</summary>
    public static RecipeOptions Dino(int locals) => new()
    {
        Views =
        [
            Crop(224, [0.4, 1], blur: 1, solarize: 0),
            Crop(224, [0.4, 1], blur: 0.1, solarize: 0.2),
            .. Enumerable.Repeat(Crop(96, [0.05, 0.4], blur: 0.5, solarize: 0), locals),
        ],
    };

    /// <summary>Builds a recipe for color images.</summary>
    public static RecipeAugmentation Build(RecipeOptions options, int count) => new(options, new DataInfo(count, 3), new Factory());

    private static ViewOptions Unequal(double blur, double solarize) => new()
    {
        Steps =
        [
            .. Colors(224, 0.4, 0.2, 0.1),
            Step<GaussianBlur, GaussianBlurOptions>(new() { Probability = blur }),
            Step<Solarize, SolarizeOptions>(new() { Probability = solarize }),
            Step<Normalize, NormalizeOptions>(new()),
        ],
    };

    private static ViewOptions Crop(int size, double[] scale, double blur, double solarize) => new()
    {
        Steps =
        [
            Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = size, Scale = scale, Interpolation = Interpolation.Bicubic }),
            .. Colors(0.4, 0.2, 0.1),
            Step<GaussianBlur, GaussianBlurOptions>(new() { Probability = blur }),
            Step<Solarize, SolarizeOptions>(new() { Probability = solarize }),
            Step<Normalize, NormalizeOptions>(new()),
        ],
    };

    private static Component<IRecipeStep>[] Colors(int size, double strength, double saturation, double hue) =>
        [Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = size }), .. Colors(strength, saturation, hue)];

    private static Component<IRecipeStep>[] Colors(double strength, double saturation, double hue) =>
    [
        Step<HorizontalFlip, HorizontalFlipOptions>(new()),
        Step<ColorJitter, ColorJitterOptions>(
            new() { Brightness = strength, Contrast = strength, Saturation = saturation, Hue = hue, Probability = 0.8 }),
        Step<Grayscale, GrayscaleOptions>(new() { Probability = 0.2 }),
    ];

    private static RecipeOptions Views(int count, params Component<IRecipeStep>[] steps) =>
        new() { Views = [new ViewOptions { Count = count, Steps = steps }] };

    private static Component<IRecipeStep> Step<T, TOptions>(TOptions options)
        where T : IRecipeStep
        where TOptions : class => new(new ComponentDescriptor("step", typeof(IRecipeStep), typeof(T), typeof(TOptions)), options);

    private sealed class Factory : IComponentFactory
    {
        private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class =>
            (TService)ActivatorUtilities.CreateInstance(services, component.Descriptor.Implementation, [component.Options, .. extras]);
    }
}
