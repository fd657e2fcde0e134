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
internal sealed record StoredEvaluation(
    IReadOnlyList<SubjectResult> Results,
    IReadOnlyDictionary<string, JsonNode?>? Protocols = null,
    IReadOnlyList<SubjectFigure>? Figures = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Results.Any(result => result is null) || Figures?.Any(figure => figure is null) == true)
        {
            throw new JsonException("One of \"results\" or \"figures\" is null.");
        }

        foreach (var protocol in Protocols?.Values ?? [])
        {
            Json.Look(protocol);
        }
    }
}
