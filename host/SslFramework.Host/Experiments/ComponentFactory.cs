using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Configuration;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Experiments;

/// <summary>Turns a name with options into an object.</summary>
public sealed class ComponentFactory(IServiceProvider services, Installation installation) : IComponentFactory
{
    /// <inheritdoc/>
    public TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class
    {
        var type = component.Descriptor.Implementation;
        try
        {
            return (TService)ActivatorUtilities.CreateInstance(services, type, Accepted(type, [component.Options, .. extras]));
        }
        catch (TargetInvocationException e) when (e.InnerException is ExperimentException inner)
        {
            throw inner;
        }
        catch (InvalidOperationException e) when (ConstructorServices.MissingFrom(e) is { } missing)
        {
            throw new ExperimentException(
                ExitCode.Plugin,
                $"The {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {installation.OwnerOf(component.Descriptor)} could not be built: "
                + $"its constructor asks for {missing}, which is not there; it may ask for "
                + $"{string.Join(", ", ConstructorServices.Offered([component.Options.GetType(), .. extras.Select(extra => extra.GetType())], services))}, and what its plugin registers.",
                e);
        }
        catch (Exception e) when (e is not ExperimentException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw new ExperimentException(
                ExitCode.Plugin,
                $"The {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {installation.OwnerOf(component.Descriptor)} could not be built: "
                + $"{cause.GetType().Name}: {cause.Message.Split('\n')[0]}",
                cause);
        }
    }

    /// <summary>ActivatorUtilities refuses arguments that the constructor does not ask for.</summary>
    private static object[] Accepted(Type type, object[] arguments)
    {
        var wanted = type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType).ToArray();
        return [.. arguments.Where(argument => wanted.Any(parameter => parameter.IsInstanceOfType(argument)))];
    }
}
