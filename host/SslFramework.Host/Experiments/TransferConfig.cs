using System.ComponentModel.DataAnnotations;

namespace SslFramework.Host.Experiments;

/// <summary>What is measured after training on other images than those of <c>evaluation</c>, in the same way.</summary>
internal sealed record TransferConfig : EvaluationConfig
{
    /// <summary>Stands before the evaluators' names in all results: <c>scenes</c> makes <c>scenes: patch-knn</c>.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", ErrorMessage = "{0} stands before the names of evaluators: "
        + "use letters, digits, '.', '_' and '-', at most 100")]
    public required string Name { get; init; }
}
