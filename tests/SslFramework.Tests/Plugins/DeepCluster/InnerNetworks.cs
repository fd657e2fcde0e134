namespace SslFramework.Tests.Plugins.DeepCluster;

/// <summary>Builds the networks inside of others.</summary>
internal sealed class InnerNetworks : IComponentFactory
{
    public TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class =>
        (TService)Activator.CreateInstance(component.Descriptor.Implementation, [component.Options, .. extras])!;
}
