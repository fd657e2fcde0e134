using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Host.Experiments;

/// <summary>What the constructor of a component may ask for, for the author of one that asks for something else.</summary>
internal static partial class ConstructorServices
{
    private static readonly Type[] Known = [typeof(DataInfo), typeof(IDataSource), typeof(IBackboneFactory), typeof(IComponentFactory), typeof(IProgress<EvaluationProgress>)];

    /// <summary>The type that was asked for in vain, without its namespace; null if an error says something else.</summary>
    public static string? MissingFrom(InvalidOperationException error) =>
        Unresolved().Match(error.Message) is { Success: true } match ? ShortName(match.Groups[1].Value) : null;

    /// <summary>The types that are there, without their namespaces.</summary>
    /// <param name="arguments">What the host passes to this component.</param>
    /// <param name="services">What it passes to every component that asks.</param>
    public static IEnumerable<string> Offered(IEnumerable<Type> arguments, IServiceProvider services) => arguments
        .Concat(Known.Where(type => services.GetService<IServiceProviderIsService>()?.IsService(type) == true))
        .Select(type => ShortName(type.IsGenericType ? $"{type.Name.Split('`')[0]}<{type.GenericTypeArguments[0].Name}>" : type.Name))
        .Distinct();

    private static string ShortName(string type) => type[(type.LastIndexOf('.') + 1)..];

    [GeneratedRegex("^Unable to resolve service for type '([^']+)'")]
    private static partial Regex Unresolved();
}
