namespace SslFramework.Host.Experiments;

/// <summary>Components whose mistakes are told with the key that named them: an experiment may name several sources.</summary>
internal static class PlacedComponents
{
    /// <summary>Builds a component.</summary>
    /// <param name="components">Builds it.</param>
    /// <param name="key">Where it stands, such as <c>evaluation.test</c>.</param>
    /// <param name="component">Name and options.</param>
    /// <param name="extras">What its constructor may ask for.</param>
    /// <exception cref="ExperimentException">It refuses; the message begins with the key.</exception>
    public static TService CreateAt<TService>(
        this IComponentFactory components, string key, Component<TService> component, params object[] extras)
        where TService : class => At(key, () => components.Create(component, extras));

    /// <summary>Does what belongs to a key.</summary>
    /// <exception cref="ExperimentException">It fails; the message begins with the key.</exception>
    public static T At<T>(string key, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ExperimentException e)
        {
            throw new ExperimentException(e.Kind, $"\"{key}\": {e.Message}", e);
        }
    }
}
