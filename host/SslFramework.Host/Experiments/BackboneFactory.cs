using SslFramework.Host.Plugins;

namespace SslFramework.Host.Experiments;

/// <summary>Builds the experiment's backbone, as often as the objective asks.</summary>
public sealed class BackboneFactory(Component<IBackbone> backbone, IComponentFactory components, ComponentCatalog catalog) : IBackboneFactory
{
    /// <inheritdoc/>
    public TBackbone Create<TBackbone>()
        where TBackbone : class, IBackbone =>
        components.Create(backbone) as TBackbone ?? throw new ExperimentException(
            ExitCode.Config,
            $"The objective needs a backbone that is an {typeof(TBackbone).Name}; \"{backbone.Descriptor.Name}\" is not. "
            + $"Loaded ones that are: {string.Join(", ", Fitting<TBackbone>())}.");

    private IEnumerable<string> Fitting<TBackbone>() => catalog.Of(typeof(IBackbone))
        .Where(c => c.Descriptor.Implementation.IsAssignableTo(typeof(TBackbone)))
        .Select(c => c.Descriptor.Name);
}
