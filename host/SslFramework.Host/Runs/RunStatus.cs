namespace SslFramework.Host.Runs;

/// <summary>What became of a run, in <c>run.json</c>. Success is what this file says, never an exit code alone.</summary>
public sealed record RunStatus
{
    /// <summary><c>running</c>, <c>completed</c>, <c>interrupted</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it ended, where it did not complete.</summary>
    public string? Reason { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public long Step { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Seconds of training, over all starts.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Seconds of evaluation.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>The run's seed.</summary>
    public long Seed { get; init; }

    /// <summary>Threads of the tensor library; another number gives other last bits.</summary>
    public int Threads { get; init; }

    /// <summary>Where it computed.</summary>
    public string Device { get; init; } = "";

    /// <summary>Number format of the forward pass, <c>fp32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "";

    /// <summary>Versions of framework, runtime and TorchSharp, and the machine.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Plugins that took part, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Plugins { get; init; } = new Dictionary<string, string>();
}
