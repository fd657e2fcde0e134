using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace SslFramework;

/// <summary>
/// Trains some parameters otherwise than the rest, as PyTorch's parameter groups do. If several rules cover a parameter, their factors
/// multiply.
/// </summary>
/// <param name="Names">
/// Which parameters, by their names in the objective's state dict; <c>*</c> stands for any text: <c>predictor.*</c>, <c>*.bias</c>.
/// </param>
public sealed record ParameterRule([property: Required(AllowEmptyStrings = false)] string Names)
{
    /// <summary>Makes a rule for every parameter.</summary>
    public ParameterRule()
        : this("*")
    {
    }

    /// <summary>Covers only parameters of this many dimensions, if given: 1 for biases and norms.</summary>
    [Range(0, 16)]
    public int? Dimensions { get; init; }

    /// <summary>Factor on the learning rate.</summary>
    [Range(0.0, 1e6)]
    public double LearningRate { get; init; } = 1;

    /// <summary>Factor on the weight decay.</summary>
    [Range(0.0, 1e6)]
    public double WeightDecay { get; init; } = 1;

    /// <summary>Factor on the momentum, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 1;

    /// <summary>Whether the learning rate stays at the schedule's peak, as that of SimSiam's predictor does.</summary>
    public bool ConstantRate { get; init; }

    /// <summary>Whether the rule covers a parameter.</summary>
    /// <param name="name">Its name in the state dict.</param>
    /// <param name="dimensions">Its number of dimensions.</param>
    public bool Covers(string name, long dimensions) =>
        (Dimensions ?? dimensions) == dimensions
        && Regex.IsMatch(name, $"^{Regex.Escape(Names).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);
}
