namespace SslFramework;

/// <summary>Builds components from their names and options. Ask for it in a component's constructor to build nested components.</summary>
public interface IComponentFactory
{
    /// <summary>Builds a new instance. Constructor parameters are the options, <paramref name="extras"/> and services.</summary>
    /// <exception cref="ExperimentException">The component refuses its options or its surroundings.</exception>
    TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class;
}
