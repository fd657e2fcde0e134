using System.Text.Json;
using System.Text.Json.Serialization;
using SslFramework.Core.Storage;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>What <c>evaluation.json</c> holds: the numbers, and by which protocols they were measured.</summary>
/// <param name="Results">All numbers.</param>
/// <param name="Protocols">By their hash.</param>
internal sealed record EvaluationReport(IReadOnlyList<SubjectResult> Results, IReadOnlyDictionary<string, EvaluationProtocol> Protocols)
{
    /// <summary>What evaluators drew; null if none did.</summary>
    public IReadOnlyList<SubjectFigure>? Figures { get; init; }

    /// <summary>The curves of evaluators; null if none has any.</summary>
    public IReadOnlyList<SubjectChart>? Charts { get; init; }

    /// <summary>Writes all of it, the numbers first, the pictures into a folder beside the file.</summary>
    /// <exception cref="ExperimentException">It cannot be written.</exception>
    public void Write(string file)
    {
        Json.Write(file, this);
        foreach (var figure in Figures ?? [])
        {
            var path = figure.In(file);
            OutputFolder.Make(Path.GetDirectoryName(path)!, "--out");
            DurableFile.Write(path, stream => stream.Write(figure.Picture));
        }
    }
}

/// <summary>One number.</summary>
/// <param name="Evaluator">The evaluator's name; that of a transfer and a colon come before it.</param>
/// <param name="Subject">What was measured: <c>trained</c>, or a baseline such as <c>random-init</c>.</param>
/// <param name="Layer">Which features.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The number; accuracies are percentages.</param>
/// <param name="Interval">Low and high end of the 95 % confidence interval, or null.</param>
/// <param name="Protocol">Key of the protocol: numbers of different protocols must not be compared.</param>
/// <param name="Backbone">Hash of the weights that were measured.</param>
internal sealed record SubjectResult(
    string Evaluator, string Subject, string Layer, string Metric, double Value,
    double[]? Interval = null, string? Protocol = null, string? Backbone = null)
    : IJsonOnDeserialized
{
    /// <summary>How the number is to be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public MeasurementKind Kind { get; init; }

    /// <summary>What must be said about the number; null in general.</summary>
    public string? Remark { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Interval is not (null or [_, _]))
        {
            throw new JsonException("An \"interval\" has two ends.");
        }
    }
}
