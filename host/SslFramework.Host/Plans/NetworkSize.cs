using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;
using static TorchSharp.torch;

namespace SslFramework.Host.Plans;

/// <summary>How large a backbone is as its options are by default.</summary>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="MultiplyAdds">
/// Multiplications with their additions for one color image of 224 × 224, of convolutions, linear layers and attention; null if they were
/// not counted, or it takes no such image.
/// </param>
/// <param name="Features">D, the length of a feature vector.</param>
/// <param name="IsOfTokens">Whether it can encode some of its patches, which methods that mask others ask for.</param>
internal sealed record NetworkSize(long Parameters, long? MultiplyAdds, int Features, bool IsOfTokens)
{
    /// <summary>Side of the image.</summary>
    public const int Side = 224;

    private const int Channels = 3;

    /// <summary>Measures a backbone; null if its options have no defaults, or it cannot be built without memory.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="installation">The plugins.</param>
    /// <param name="counts">
    /// Whether operations are counted that <see cref="CountedOperations"/> does not know, which takes the memory of the weights and the
    /// time of an image: libtorch does not follow shapes alone through norms and convolutions.
    /// </param>
    public static NetworkSize? Of(RegisteredComponent backbone, Installation installation, bool counts) =>
        CountedOperations.Of(backbone) is { } known && Measure(backbone, installation, counts: false) is { } size
            ? size with { MultiplyAdds = known }
            : Measure(backbone, installation, counts);

    /// <summary>Measures a backbone, and counts its operations anew or not at all; null as above.</summary>
    public static NetworkSize? Measure(RegisteredComponent backbone, Installation installation, bool counts)
    {
        var descriptor = backbone.Descriptor;
        var component = new Component<IBackbone>(descriptor, Activator.CreateInstance(descriptor.Options)!);
        var data = new DataInfo(1, Channels) { Size = new ImageSize(Side, Side) };
        using var provider = ComponentServices.For(installation, component).AddSingleton(data).BuildServiceProvider();
        var before = get_default_device();
        set_default_device(counts ? CPU : META);
        try
        {
            using var gradient = no_grad();
            var built = provider.GetRequiredService<IComponentFactory>().Create(component);
            using var module = built.Module;
            var parameters = module.parameters().Sum(parameter => parameter.numel());
            return new(parameters, counts ? Count(built) : null, built.FeatureDimension, built is ITokenBackbone);
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
        using var flops = new FlopCounter(backbone.Module) { OfEvaluation = true };
        try
        {
            _ = backbone.Forward(zeros(1, Channels, Side, Side));
            return flops.Forward / 2;
        }
        catch (Exception e) when (e is ExperimentException or InvalidOperationException or System.Runtime.InteropServices.ExternalException)
        {
            return null; // images of another size
        }
    }
}
