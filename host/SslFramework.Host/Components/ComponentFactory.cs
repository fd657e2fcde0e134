using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Tensors;
using SslFramework.Host.Failures;

namespace SslFramework.Host.Components;

/// <summary>Turns a name with options into an object.</summary>
public sealed class ComponentFactory(IServiceProvider services, ComponentCatalog components) : IComponentFactory
{
    private static readonly Type[] Offered =
        [typeof(IBackboneFactory), typeof(DataInfo), typeof(IDataSource), typeof(IComponentFactory), typeof(IProgress<EvaluationProgress>)];

    /// <inheritdoc/>
    public TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class
    {
        var type = component.Descriptor.Implementation;
        TService created;
        try
        {
            created = (TService)ActivatorUtilities.CreateInstance(services, type, Accepted(type, [component.Options, .. extras]));
        }
        catch (TargetInvocationException e) when (e.InnerException is ExperimentException inner)
        {
            throw inner;
        }
        catch (Exception e) when (e is not ExperimentException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            var first = cause.Message.Split('\n')[0].TrimEnd('.', '\r', ' ');
            throw Failure.IsOutOfMemory(cause)
                ? new ExperimentException(
                    ExitCode.OutOfMemory,
                    $"{Named(component)} could not be built, because memory ran out ({first}); make it smaller, or free memory.", cause)
                : cause is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                    ? new ExperimentException(
                        ExitCode.Data,
                        $"{Named(component)} cannot read what it needs ({first}); correct its path, or let this user read it.", cause)
                : cause is IOException
                    ? new ExperimentException(
                        ExitCode.Storage,
                        $"{Named(component)} could not be built, because reading failed ({first}); "
                        + "look at the disk, and start again.", cause)
                : new ExperimentException(
                    ExitCode.Plugin,
                    $"{Named(component)} could not be built{Place(PluginFault.Find(cause)?.Place)}: "
                    + (Missing(type, [component.Options, .. extras]) ?? $"{cause.GetType().Name}: {first}"),
                    cause);
        }

        var problem = created switch
        {
            IPretextObjective objective => ModuleState.ProblemOf(objective),
            IBackbone backbone => ModuleState.ProblemOf(backbone),
            _ => null,
        };
        return problem is null ? created : throw new ExperimentException(
            ExitCode.Plugin,
            $"{Named(component)} cannot be trained as it is{Place(SourceLine.Of(type.GetConstructors()[0]))}: {problem}.");
    }

    private string Named<TService>(Component<TService> component)
        where TService : class =>
        $"The {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {components.OwnerOf(component.Descriptor)}";

    private static string Place(string? line) => line is null ? "" : $" ({line})";

    /// <summary>What a constructor asks for and nobody has, with what it could ask for.</summary>
    private string? Missing(Type type, object[] given)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        var asked = type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => !parameter.HasDefaultValue
                && !known.IsService(parameter.ParameterType)
                && !given.Any(parameter.ParameterType.IsInstanceOfType));
        return asked is null ? null :
            $"its constructor asks for {NameOf(asked.ParameterType)}, which a component of this kind does not get; it may ask for "
            + $"{string.Join(", ", given.Select(argument => argument.GetType()).Concat(Offered.Where(known.IsService)).Select(NameOf))} "
            + "and what its plugin registers itself.";
    }

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name;

    /// <summary>ActivatorUtilities refuses arguments that the constructor does not ask for.</summary>
    private static object[] Accepted(Type type, object[] arguments)
    {
        var wanted = type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType).ToArray();
        return [.. arguments.Where(argument => wanted.Any(parameter => parameter.IsInstanceOfType(argument)))];
    }
}
