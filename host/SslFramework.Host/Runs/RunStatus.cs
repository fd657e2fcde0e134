using System.Text.Json;
using System.Text.Json.Serialization;

namespace SslFramework.Host.Runs;

/// <summary>What became of a run, in <c>run.json</c>. Success is what this file says, never an exit code alone.</summary>
internal sealed record RunStatus : IJsonOnDeserialized
{
    private const double MostSeconds = 1e11; // some thousand years

    /// <summary>The run is done: trained, exported and evaluated.</summary>
    public const string Completed = "completed";

    /// <summary><c>running</c> (also after a kill), <c>completed</c>, <c>interrupted</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it ended, where it did not complete.</summary>
    public string? Reason { get; init; }

    /// <summary>The exit code's name, where it ended.</summary>
    public string? ExitReason { get; init; }

    /// <summary>Process, machine and start of who works on it, while it runs.</summary>
    public string? Holder { get; init; }

    /// <summary>Optimizer steps done and saved.</summary>
    public long Step { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Seconds of training, over all starts.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Seconds of evaluation.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>The run's seed.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Threads, device, precision, machine, versions of framework, runtime, TorchSharp and of the plugins that take part.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (!(TrainingSeconds is >= 0 and <= MostSeconds && EvaluationSeconds is >= 0 and <= MostSeconds))
        {
            throw new JsonException("\"trainingSeconds\" and \"evaluationSeconds\" must be times.");
        }

        if (Environment.Any(entry => entry.Value is null))
        {
            throw new JsonException("A value of \"environment\" is null.");
        }
    }
}
