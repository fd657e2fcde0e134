using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations;

/// <summary>Two numbers, the smaller first, both within bounds.</summary>
/// <param name="minimum">Smallest number allowed.</param>
/// <param name="maximum">Largest number allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IntervalAttribute(double minimum, double maximum) : ValidationAttribute
{
    /// <summary>Smallest number allowed.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Largest number allowed.</summary>
    public double Maximum { get; } = maximum;

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<double> { Count: 2 } pair && pair[0] >= Minimum && pair[0] <= pair[1] && pair[1] <= Maximum;

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) =>
        FormattableString.Invariant(
            $"{name} must be two numbers from {Minimum} to {Maximum}, the smaller first, such as [{Minimum}, {Maximum}].");
}
