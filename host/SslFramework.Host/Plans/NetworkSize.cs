using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SslFramework.Host.Plans;

/// <summary>How large a backbone is as its options are by default, found without memory for weights and without computing.</summary>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="MultiplyAdds">
/// Multiplications with their additions for one color image of 224 × 224, of convolutions, linear layers and attention; null if it takes
/// no such image.
/// </param>
/// <param name="Features">D, the length of a feature vector.</param>
/// <param name="IsOfTokens">Whether it can encode some of its patches, which methods that mask others ask for.</param>
internal sealed record NetworkSize(long Parameters, long? MultiplyAdds, int Features, bool IsOfTokens)
{
    /// <summary>Side of the image.</summary>
    public const int Side = 224;

    private const int Channels = 3;

    /// <summary>Measures a backbone; null if its options have no defaults, or it cannot be built without memory.</summary>
    public static NetworkSize? Of(ComponentDescriptor backbone, Installation installation)
    {
        var component = new Component<IBackbone>(backbone, Activator.CreateInstance(backbone.Options)!);
        var data = new DataInfo(1, Channels) { Size = new ImageSize(Side, Side) };
        using var provider = ComponentServices.For(installation, component).AddSingleton(data).BuildServiceProvider();
        var before = get_default_device();
        set_default_device(META);
        try
        {
            using var gradient = no_grad();
            var built = provider.GetRequiredService<IComponentFactory>().Create(component);
            using var module = built.Module;
            var parameters = module.parameters().Sum(parameter => parameter.numel());
            return new(parameters, Count(built), built.FeatureDimension, built is ITokenBackbone);
        }
        catch (ExperimentException)
        {
            return null; // it needs an option, or works with numbers while it is built
        }
        finally
        {
            set_default_device(before);
        }
    }

    private static long? Count(IBackbone backbone)
    {
        using var scope = NewDisposeScope();
        backbone.Module.eval();
        Action[] removals = [.. backbone.Module.modules().OfType<Conv2d>().SelectMany(ShapeAlone)];
        using var flops = new FlopCounter(backbone.Module) { OfEvaluation = true };
        try
        {
            _ = backbone.Forward(zeros(1, Channels, Side, Side));
            return flops.Forward / 2;
        }
        catch (Exception e) when (e is ExperimentException or InvalidOperationException or System.Runtime.InteropServices.ExternalException)
        {
            return null; // images of another size, or numbers that are asked for
        }
        finally
        {
            Array.ForEach(removals, remove => remove());
        }
    }

    /// <summary>libtorch cannot convolve images without numbers; of no images it tells the shape all the same.</summary>
    private static Action[] ShapeAlone(Conv2d convolution) =>
    [
        convolution.register_forward_pre_hook((_, input) => input.narrow(0, 0, 0)).remove,
        convolution.register_forward_hook((_, _, output) => zeros([1, .. output.shape[1..]])).remove,
    ];
}
