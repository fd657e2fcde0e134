using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Processors;
using SslFramework.Core.Tensors;
using SslFramework.Host.Failures;

namespace SslFramework.Host.Components;

/// <summary>Turns a name with options into an object.</summary>
internal sealed class ComponentFactory(IServiceProvider services, ComponentCatalog components) : IComponentFactory
{
    private static readonly Type[] Offered =
    [
        typeof(IBackboneFactory), typeof(DataInfo), typeof(IDataSource), typeof(IComponentFactory), typeof(IProgress<EvaluationProgress>),
        typeof(IProgress<Figure>), typeof(IProgress<Chart>),
    ];

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
            throw Explained(component, cause, [component.Options, .. extras]);
        }

        var problem = created is IPretextObjective objective ? ModuleState.ProblemOf(objective)
            : created is IBackbone backbone ? ModuleState.ProblemOf(backbone)
            : null;
        var line = problem is null ? null : SourceLine.Of(type.GetConstructors()[0]);
        if (problem is null && created is IBackbone taker && component.Weights is { } file)
        {
            services.GetRequiredService<StartWeightsReader>().Load(taker, file);
        }

        if (problem is null && ((created as IPretextObjective)?.Module ?? (created as IBackbone)?.Module) is { } module)
        {
            NarrowConvolutions.Guard(module);
        }

        return problem is null ? created : throw new ExperimentException(
            FailureKind.Plugin, $"{Named(component)} cannot be trained as it is{InBrackets(line)}: {problem}.");
    }

    private ExperimentException Explained<TService>(Component<TService> component, Exception cause, object[] given)
        where TService : class
    {
        var (name, first) = (Named(component), cause.Message.Split('\n')[0].TrimEnd('.', '\r', ' '));
        var (kind, sentence) = Failure.CauseOf(cause) switch
        {
            FailureCause.OutOfMemory => (
                FailureKind.OutOfMemory, $"{name} could not be built, because memory ran out ({first}); make it smaller, or free memory."),
            FailureCause.Missing => (
                FailureKind.Data, $"{name} cannot read what it needs ({first}); correct its path, or let this user read it."),
            FailureCause.Storage => (
                FailureKind.Storage, $"{name} could not be built, because reading failed ({first}); look at the disk, and start again."),
            _ => (FailureKind.Plugin, $"{name} could not be built{InBrackets(PluginFault.Find(cause)?.Place)}: {Why()}"),
        };
        return new(kind, sentence, cause);

        string Why() => Missing(component.Descriptor.Implementation, given) ?? $"{cause.GetType().Name}: {first}";
    }

    private static string InBrackets(string? place) => place is null ? "" : $" ({place})";

    private string Named<TService>(Component<TService> component)
        where TService : class =>
        $"The {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {components.OwnerOf(component.Descriptor)}";

    /// <summary>What a constructor asks for and nobody has, with what it could ask for.</summary>
    private string? Missing(Type type, object[] given)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        var asked = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(IsMissing);
        var offered = given.Select(argument => argument.GetType()).Concat(Offered.Where(known.IsService)).Distinct().Select(NameOf);
        return asked is null ? null :
            $"its constructor asks for {NameOf(asked.ParameterType)}, which a component of this kind does not get; it may ask for "
            + $"{string.Join(", ", offered)} and what its plugin registers itself.";

        bool IsMissing(ParameterInfo parameter) =>
            !parameter.HasDefaultValue && !known.IsService(parameter.ParameterType) && !given.Any(parameter.ParameterType.IsInstanceOfType);
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
