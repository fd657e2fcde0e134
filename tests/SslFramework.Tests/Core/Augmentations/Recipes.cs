using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations;

/// <summary>Builds recipes without a host.</summary>
internal static class Recipes
{
    /// <summary>A step as an experiment would name it.</summary>
    public static Component<IRecipeStep> Step<T, TOptions>(TOptions options)
        where T : IRecipeStep
        where TOptions : class => new(new ComponentDescriptor("step", typeof(IRecipeStep), typeof(T), typeof(TOptions)), options);

    /// <summary>An augmentation with one view, or several of the same recipe.</summary>
    public static RecipeAugmentation Build(DataInfo data, int count, params Component<IRecipeStep>[] steps) =>
        Build(new RecipeOptions { Views = [new ViewOptions { Count = count, Steps = steps }] }, data);

    /// <summary>An augmentation of any views.</summary>
    public static RecipeAugmentation Build(RecipeOptions options, DataInfo data) => new(options, data, new Factory());

    /// <summary>Two views by every step that papers on contrast take.</summary>
    public static RecipeAugmentation SimClr(DataInfo data, int size, double probability) => Build(
        data,
        2,
        Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = size }),
        Step<HorizontalFlip, HorizontalFlipOptions>(new()),
        Step<ColorJitter, ColorJitterOptions>(
            new() { Brightness = 0.8, Contrast = 0.8, Saturation = 0.8, Hue = 0.2, Probability = probability }),
        Step<Grayscale, GrayscaleOptions>(new() { Probability = probability * 0.2 }),
        Step<GaussianBlur, GaussianBlurOptions>(new() { Kernel = BlurKernel.Simclr, Probability = probability }),
        Step<GaussianBlur, GaussianBlurOptions>(new() { Probability = probability }),
        Step<Solarize, SolarizeOptions>(new() { Probability = probability * 0.2 }));

    /// <summary>One view of an image.</summary>
    public static float[] View(this IAugmentation augmentation, PixelBuffer image, int view = 0, ulong sample = 0)
    {
        var destination = new float[augmentation.Views[view].Length];
        augmentation.Apply(image.Image, view, new SampleRandom(1, 2, sample, (ulong)view), destination);
        return destination;
    }

    /// <summary>An image whose pixels are a formula's.</summary>
    public static PixelBuffer Image(int height, int width, int channels)
    {
        var buffer = new PixelBuffer();
        var unit = Golden.Unit($"image{height}x{width}", height * width * channels);
        var pixels = buffer.Resize(height, width, channels);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((unit[i] + 0.5) * 255.99);
        }

        return buffer;
    }

    private sealed class Factory : IComponentFactory
    {
        private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class =>
            (TService)ActivatorUtilities.CreateInstance(services, component.Descriptor.Implementation, [component.Options, .. extras]);
    }
}
