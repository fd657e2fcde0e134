using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Commands;
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
            var what = $"The {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {installation.OwnerOf(component.Descriptor)}";
            var first = cause.Message.Split('\n')[0].TrimEnd('.', '\r', ' ');
            throw SslCommand.IsOutOfMemory(cause)
                ? new ExperimentException(ExitCode.OutOfMemory, $"{what} could not be built, because memory ran out ({first}); make it smaller, or free memory.", cause)
                : cause is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                    ? new ExperimentException(ExitCode.Data, $"{what} cannot read what it needs ({first}); correct its path, or let this user read it.", cause)
                : cause is IOException
                    ? new ExperimentException(ExitCode.Storage, $"{what} could not be built, because reading failed ({first}); look at the disk, and start again.", cause)
                : new ExperimentException(ExitCode.Plugin, $"{what} could not be built: {cause.GetType().Name}: {first}", cause);
        }
    }

    /// <summary>ActivatorUtilities refuses arguments that the constructor does not ask for.</summary>
    private static object[] Accepted(Type type, object[] arguments)
    {
        var wanted = type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType).ToArray();
        return [.. arguments.Where(argument => wanted.Any(parameter => parameter.IsInstanceOfType(argument)))];
    }
}
