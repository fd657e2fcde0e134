using System.Text.RegularExpressions;

namespace SslFramework;

/// <summary>What the host knows of one registered component.</summary>
public sealed partial record ComponentDescriptor
{
    /// <summary>Describes a component.</summary>
    /// <param name="name">The name that experiments use.</param>
    /// <param name="service">The contract that it fulfills, such as <see cref="IBackbone"/>.</param>
    /// <param name="implementation">The class; its constructor takes the options and services.</param>
    /// <param name="options">The immutable record of its options; a new instance holds the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a lower-case identifier of 2 to 63 characters.</exception>
    public ComponentDescriptor(string name, Type service, Type implementation, Type options)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw new ArgumentException(
                $"'{name}' cannot name a component: use 2 to 63 letters, digits, hyphens and dots, beginning with a lower-case letter.",
                nameof(name));
        }

        (Name, Service, Implementation, Options) = (name, service, implementation, options);
    }

    /// <summary>The name that experiments use.</summary>
    public string Name { get; }

    /// <summary>The contract that the component fulfills.</summary>
    public Type Service { get; }

    /// <summary>The component's class.</summary>
    public Type Implementation { get; }

    /// <summary>The component's options record.</summary>
    public Type Options { get; }

    [GeneratedRegex("^[a-z][A-Za-z0-9.-]{1,62}$")]
    private static partial Regex NamePattern();
}
