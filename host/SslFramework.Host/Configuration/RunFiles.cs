namespace SslFramework.Host.Configuration;

/// <summary>What the files and folders in a run's folder are called.</summary>
internal static class RunFiles
{
    /// <summary>The experiment as resolved: every option, with its value.</summary>
    public const string Experiment = "experiment.json";

    /// <summary>Where every value of the experiment comes from.</summary>
    public const string Origins = "origins.json";

    /// <summary>What became of the run.</summary>
    public const string Status = "run.json";

    /// <summary>Held by the process that works on the run.</summary>
    public const string Lock = "run.lock";

    /// <summary>What happened to the run, a dated line each.</summary>
    public const string Journal = "journal.md";

    /// <summary>The numbers of the training, which the same seed fills with the same bytes.</summary>
    public const string Metrics = "metrics.jsonl";

    /// <summary>Times and memory.</summary>
    public const string Timing = "timing.jsonl";

    /// <summary>What the run survived.</summary>
    public const string Incidents = "incidents.jsonl";

    /// <summary>Images that cannot be used.</summary>
    public const string DataReport = "data-report.json";

    /// <summary>The checkpoints, a folder each.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>The trained backbone, in the folder of a run or of an export.</summary>
    public const string Backbone = "backbone.safetensors";

    /// <summary>What evaluators measured.</summary>
    public const string Evaluation = "evaluation.json";

    /// <summary>Where the time of steps goes, after <c>--profile</c>.</summary>
    public const string Profile = "profile.json";

    /// <summary>The page on the run.</summary>
    public const string Report = "report.html";
}
