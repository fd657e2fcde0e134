using SslFramework.Engine.Training;

namespace SslFramework.Host.Components;

/// <summary>Builds the experiment's backbone, as often as the objective asks.</summary>
/// <param name="backbone">The experiment's.</param>
/// <param name="components">Makes it.</param>
/// <param name="catalog">Names others that would fit.</param>
/// <param name="cache">Goes over every backbone, if given.</param>
internal sealed class BackboneFactory(
    Component<IBackbone> backbone, IComponentFactory components, ComponentCatalog catalog, GradientCache? cache = null) : IBackboneFactory
{
    /// <inheritdoc/>
    public TBackbone Create<TBackbone>()
        where TBackbone : class, IBackbone
    {
        var created = components.Create(backbone) as TBackbone ?? throw Unfit<TBackbone>();
        return cache is null ? created : cache.Over(created) as TBackbone ?? throw new ExperimentException(
            FailureKind.Config,
            "\"training.gradientCache\" is for objectives over feature vectors, "
            + $"but this one takes the backbone's tokens ({typeof(TBackbone).Name}); "
            + "remove it, and set \"training.accumulation\" or \"backbone.recompute\" instead.");
    }

    private ExperimentException Unfit<TBackbone>() => new(
        FailureKind.Config,
        $"The objective needs a backbone of type {typeof(TBackbone).Name}, which \"{backbone.Descriptor.Name}\" is not. "
        + $"Loaded ones that are: {string.Join(", ", Fitting<TBackbone>())}.");

    private IEnumerable<string> Fitting<TBackbone>() => catalog.Of(typeof(IBackbone))
        .Where(c => c.Descriptor.Implementation.IsAssignableTo(typeof(TBackbone)))
        .Select(c => c.Descriptor.Name);
}
