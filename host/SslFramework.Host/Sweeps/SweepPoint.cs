using System.Globalization;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Sweeps;

/// <summary>One run of a sweep.</summary>
/// <param name="Place">Its value on each axis, in order.</param>
/// <param name="Experiment">What is run; its name is the run folder's.</param>
internal sealed record SweepPoint(IReadOnlyList<(string Axis, string Value)> Place, ExperimentConfig Experiment)
{
    /// <summary>What it is called in tables, seed aside.</summary>
    public string Label => Place is [(_, { Length: > 0 } only)] && !double.TryParse(only, CultureInfo.InvariantCulture, out _)
        ? only
        : string.Join(", ", Place.Select(p => $"{ShortName(p.Axis)} {(p.Value.Length > 0 ? p.Value : "\"\"")}"));

    /// <summary><c>temperature</c> of <c>objective.temperature</c>.</summary>
    public static string ShortName(string axis) => axis[(axis.LastIndexOf('.') + 1)..];

    /// <summary>Its value on an axis, or null.</summary>
    public string? At(string axis) => Place.FirstOrDefault(p => p.Axis == axis).Value;
}
