using SslFramework.Core.Distributed;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>How one start of a run differs from any other.</summary>
internal sealed record StartOptions
{
    /// <summary>Stop once so many steps are done, over all starts, to try an experiment out.</summary>
    public long? StopAtStep { get; init; }

    /// <summary>Measures where the time of steps goes, and the run stops once that is known, if given.</summary>
    public StepProfile? Profile { get; init; }

    /// <summary>The checkpoint to resume from; if null, the newest intact one.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Keys that may differ from what the run began with; <c>data</c> also lets other images pass.</summary>
    public IReadOnlyList<string> Overridden { get; init; } = [];

    /// <summary>Where the run says what happens.</summary>
    public Messages Messages { get; init; } = Messages.Normal;

    /// <summary>Whether the run ends with report.html and report.md.</summary>
    public bool Report { get; init; }

    /// <summary>The processes that train together. The first one writes.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>What shall go wrong.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.Parse([]);
}
