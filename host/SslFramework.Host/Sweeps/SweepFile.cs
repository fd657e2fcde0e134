using System.ComponentModel.DataAnnotations;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Sweeps;

/// <summary>Many experiments that differ in some values, as one file says it.</summary>
internal sealed record SweepFile
{
    /// <summary>Names the folder of all its runs.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", ErrorMessage = "{0} names a folder: "
        + "use letters, digits, '.', '_' and '-', at most 100")]
    public required string Name { get; init; }

    /// <summary>What is compared, and how to run it.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the paper found.</summary>
    public string Paper { get; init; } = "";

    /// <summary>The experiment that is varied; items of <see cref="List"/> may name others.</summary>
    [FilePath]
    public string? Experiment { get; init; }

    /// <summary>Values that all points have: <c>"training.epochs": 2</c>.</summary>
    public ConfigNode? Set { get; init; }

    /// <summary>
    /// Axes, every combination of which is a point: <c>"objective.temperature": [0.1, 0.2]</c>, or named values that set one or several
    /// keys: <c>"projector": { "none": { "objective.projectorLayers": 0 }, … }</c>.
    /// </summary>
    public ConfigNode? Grid { get; init; }

    /// <summary>Combinations of the grid that are left out: <c>{ "first": "crop", "second": "crop" }</c>.</summary>
    public IReadOnlyList<ConfigNode> Exclude { get; init; } = [];

    /// <summary>Further points, one by one.</summary>
    public IReadOnlyList<SweepItem> List { get; init; } = [];

    /// <summary>Each point is run with each seed; with the experiment's own where absent.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>How results are laid out.</summary>
    public SweepLayout Table { get; init; } = new();

    /// <summary>Whether a file is meant as a sweep.</summary>
    public static bool IsAt(string path) => File.Exists(path)
        && ConfigReader.ReadFile(path, new ConfigErrors(), FileKind.Sweep) is { } root
        && FileKind.Of(root) == FileKind.Sweep;
}

/// <summary>A point that is written out.</summary>
internal sealed record SweepItem
{
    /// <summary>Where it stands, as <c>{ "method": "MoCo", "K": 512 }</c>; its name, and its place in tables.</summary>
    public required ConfigNode At { get; init; }

    /// <summary>The experiment; the sweep's where absent.</summary>
    [FilePath]
    public string? Experiment { get; init; }

    /// <summary>Values of this point.</summary>
    public ConfigNode? Set { get; init; }
}

/// <summary>The table and the plot of a sweep.</summary>
internal sealed record SweepLayout
{
    /// <summary>As <see cref="Columns"/>: a column for each layer of the backbone.</summary>
    public const string Layer = "layer";

    /// <summary>As <see cref="Columns"/>: a column for each metric.</summary>
    public const string Metric = "metric";

    /// <summary>
    /// What is shown and ranked by, as the start of evaluator and metric: <c>knn top-1</c>; the first that was measured where absent.
    /// </summary>
    public string? Measure { get; init; }

    /// <summary>
    /// The axis across, the others going down; or <c>layer</c>, or <c>metric</c> for all metrics that <see cref="Measure"/> begins.
    /// A row for each point where absent.
    /// </summary>
    public string? Columns { get; init; }
}
