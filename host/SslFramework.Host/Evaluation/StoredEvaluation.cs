using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Evaluation;

/// <summary>
/// What <c>evaluation.json</c> holds for a reader: protocols as they stand there, which other versions may write otherwise.
/// </summary>
/// <param name="Results">All numbers.</param>
/// <param name="Protocols">How they were measured, by hash.</param>
/// <param name="Figures">What evaluators drew.</param>
/// <param name="Charts">The curves of evaluators.</param>
internal sealed record StoredEvaluation(
    IReadOnlyList<SubjectResult> Results,
    IReadOnlyDictionary<string, JsonNode?>? Protocols = null,
    IReadOnlyList<SubjectFigure>? Figures = null,
    IReadOnlyList<SubjectChart>? Charts = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (HasNull(Results) || HasNull(Figures) || HasNull(Charts))
        {
            throw new JsonException("One of \"results\", \"figures\" or \"charts\" is null.");
        }

        foreach (var protocol in Protocols?.Values ?? [])
        {
            Json.Look(protocol);
        }
    }

    private static bool HasNull(IEnumerable<object?>? list) => list?.Contains(null) == true;
}
