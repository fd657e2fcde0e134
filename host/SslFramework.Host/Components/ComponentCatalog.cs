using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Host.Components;

/// <summary>A component and whose it is.</summary>
/// <param name="Descriptor">What was registered.</param>
/// <param name="Plugin">The plugin's name, or <see cref="ComponentCatalog.Core"/>.</param>
internal sealed record RegisteredComponent(ComponentDescriptor Descriptor, string Plugin);

/// <summary>Every component that experiments can name, found by contract and name.</summary>
internal sealed class ComponentCatalog
{
    /// <summary>The owner of the framework's own components.</summary>
    public const string Core = "core";

    private readonly ImmutableDictionary<(Type Service, string Name), RegisteredComponent> byName;

    private ComponentCatalog(
        ImmutableArray<RegisteredComponent> components,
        ImmutableDictionary<(Type Service, string Name), RegisteredComponent> byName) =>
        (Components, this.byName) = (components, byName);

    /// <summary>No component at all.</summary>
    public static ComponentCatalog Empty { get; } = new([], ImmutableDictionary<(Type, string), RegisteredComponent>.Empty);

    /// <summary>All components in the order of their registration.</summary>
    public ImmutableArray<RegisteredComponent> Components { get; }

    /// <summary>The components that fulfil a contract.</summary>
    public IEnumerable<RegisteredComponent> Of(Type service) =>
        Components.Where(component => component.Descriptor.Service == service);

    /// <summary>The component of that name, or null.</summary>
    public RegisteredComponent? Find(Type service, string name) => byName.GetValueOrDefault((service, name));

    /// <summary>The plugin that registered a component, or <see cref="Core"/>.</summary>
    public string OwnerOf(ComponentDescriptor component) => Find(component.Service, component.Name)?.Plugin ?? Core;

    /// <summary>A catalog that also has the components among a plugin's services.</summary>
    /// <exception cref="ExperimentException">One of them has a name that is taken.</exception>
    public ComponentCatalog With(string plugin, IServiceCollection services)
    {
        var (components, names) = (Components.ToBuilder(), byName.ToBuilder());
        foreach (var descriptor in services.Select(service => service.ImplementationInstance).OfType<ComponentDescriptor>())
        {
            var key = (descriptor.Service, descriptor.Name);
            if (names.TryGetValue(key, out var first))
            {
                throw Taken(descriptor, first.Plugin, plugin);
            }

            var component = new RegisteredComponent(descriptor, plugin);
            components.Add(component);
            names.Add(key, component);
        }

        return new(components.ToImmutable(), names.ToImmutable());
    }

    private static ExperimentException Taken(ComponentDescriptor descriptor, string first, string second) => new(
        FailureKind.Plugin,
        first == second
            ? $"Plugin {second} registers the {descriptor.Service.Name} '{descriptor.Name}' twice; give each component a name of its own."
            : $"Plugin {second} registers the {descriptor.Service.Name} '{descriptor.Name}', which {Owner(first)} registered before; "
                + "rename one of them, or use only one of the two plugins.");

    private static string Owner(string plugin) => plugin == Core ? "the framework itself" : $"plugin {plugin}";
}
