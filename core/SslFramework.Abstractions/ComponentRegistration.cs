using Microsoft.Extensions.DependencyInjection;

namespace SslFramework;

/// <summary>Registers components: a plugin's and the framework's own in the same way.</summary>
public static class ComponentRegistration
{
    /// <summary>Makes <typeparamref name="T"/> available to experiments as the backbone <paramref name="name"/>.</summary>
    public static IServiceCollection AddBackbone<T, TOptions>(this IServiceCollection services, string name)
        where T : class, IBackbone
        where TOptions : class, new() => services.AddComponent<IBackbone, T, TOptions>(name);

    /// <summary>Makes <typeparamref name="T"/> available to experiments as the augmentation <paramref name="name"/>.</summary>
    public static IServiceCollection AddAugmentation<T, TOptions>(this IServiceCollection services, string name)
        where T : class, IAugmentation
        where TOptions : class, new() => services.AddComponent<IAugmentation, T, TOptions>(name);

    /// <summary>Makes <typeparamref name="T"/> available to experiments as the objective <paramref name="name"/>.</summary>
    public static IServiceCollection AddObjective<T, TOptions>(this IServiceCollection services, string name)
        where T : class, IPretextObjective
        where TOptions : class, new() => services.AddComponent<IPretextObjective, T, TOptions>(name);

    /// <summary>Makes <typeparamref name="T"/> available to experiments as the evaluator <paramref name="name"/>.</summary>
    public static IServiceCollection AddEvaluator<T, TOptions>(this IServiceCollection services, string name)
        where T : class, IEvaluator
        where TOptions : class, new() => services.AddComponent<IEvaluator, T, TOptions>(name);

    /// <summary>Makes <typeparamref name="T"/> available to experiments as the data source <paramref name="name"/>.</summary>
    public static IServiceCollection AddDataSource<T, TOptions>(this IServiceCollection services, string name)
        where T : class, IDataSource
        where TOptions : class, new() => services.AddComponent<IDataSource, T, TOptions>(name);

    /// <summary>
    /// Makes <typeparamref name="T"/> available under <paramref name="name"/> wherever options ask for a
    /// <see cref="Component{TService}"/> of <typeparamref name="TService"/>: recipe steps, optimizers, schedules,
    /// or a kind of component that the plugin itself defines.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a lower-case identifier of 2 to 63 characters.</exception>
    public static IServiceCollection AddComponent<TService, T, TOptions>(this IServiceCollection services, string name)
        where TService : class
        where T : class, TService
        where TOptions : class, new() =>
        services.AddSingleton(new ComponentDescriptor(name, typeof(TService), typeof(T), typeof(TOptions)));
}
