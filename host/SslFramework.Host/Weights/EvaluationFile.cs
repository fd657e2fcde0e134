using System.ComponentModel.DataAnnotations;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Weights;

/// <summary>An evaluation in a file of its own, for runs that have ended and for weights from elsewhere.</summary>
internal sealed record EvaluationFile : EvaluationConfig
{
    private const string Changed = "changed"; // the name of a run's own evaluation with other values

    /// <summary>Names the file of results, <c>evaluation-NAME.json</c>; the file's own name where absent.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", ErrorMessage = "{0} names the file of results: "
        + "use letters, digits, '.', '_' and '-', at most 100")]
    public string? Name { get; init; }

    /// <summary>What the evaluation is, and how to run it.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is measured on other images as well.</summary>
    public IReadOnlyList<TransferConfig> Transfers { get; init; } = [];

    /// <summary>The network of the weights; a run's own where absent.</summary>
    public Component<IBackbone>? Backbone { get; init; }

    /// <summary>Where to compute; as the run where absent.</summary>
    public DeviceChoice? Device { get; init; }

    /// <summary>Threads of the tensor library on the CPU; as the run, else all cores, where absent.</summary>
    [Range(1, 4096)]
    public int? Threads { get; init; }

    /// <summary>Seed of the baselines' random weights; the run's where absent.</summary>
    [Range(0, long.MaxValue)]
    public long? Seed { get; init; }

    /// <summary>The part of the images that may be unusable, and is left out; as the run, else 0.01, where absent.</summary>
    [Range(0.0, 0.5)]
    public double? MaximumBad { get; init; }

    /// <summary>Threads that decode images.</summary>
    [Range(0, 1024)]
    public int LoaderThreads { get; init; } = 1;

    /// <summary>Reads an evaluation, with what the command line sets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">The values of <c>--set</c>.</param>
    /// <param name="catalog">What it can name.</param>
    /// <param name="backbone">The value of <c>--backbone</c>.</param>
    /// <exception cref="ExperimentException">All mistakes at once, each with its place and remedy.</exception>
    public static EvaluationFile Read(string path, IEnumerable<string> settings, ComponentCatalog catalog, string? backbone = null)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadFile(path, errors, FileKind.Evaluation);
        errors.ThrowIfAny();
        var file = Bind(root!, settings, catalog, backbone, errors);
        return file with { Name = file.Name ?? Path.GetFileNameWithoutExtension(path) };
    }

    /// <summary>The evaluation that the experiment of a run ends with, with what the command line sets.</summary>
    /// <param name="weights">The run's, or a checkpoint's.</param>
    /// <param name="settings">The values of <c>--set</c>; the evaluation has a name then, and writes over no results of training.</param>
    /// <param name="catalog">What it can name.</param>
    /// <param name="backbone">The value of <c>--backbone</c>.</param>
    /// <exception cref="ExperimentException">There is none, or all mistakes at once.</exception>
    internal static EvaluationFile Of(TrainedWeights weights, IReadOnlyList<string> settings, ComponentCatalog catalog, string? backbone)
    {
        var experiment = weights.Experiment;
        if (experiment?.Evaluation is not { } own)
        {
            var missing = experiment is null
                ? $"No experiment.json beside '{weights.File}' says how to measure it"
                : $"The experiment of '{weights.Run}' has no \"evaluation\"";
            throw new ExperimentException(
                FailureKind.Usage, $"{missing}; name an evaluation file, as in --with {FileKind.Evaluation.Example}.");
        }

        var root = ConfigReader.ReadValue(OptionsWriter.Write(own)!.ToJsonString(), "the run's evaluation");
        root.Set("transfers", ConfigReader.ReadValue(OptionsWriter.Write(experiment.Transfers)!.ToJsonString(), "the run's transfers"));
        root.Set("loaderThreads", ConfigReader.ReadValue($"{experiment.Training.LoaderThreads}", "the run's evaluation"));
        var file = Bind(root, settings, catalog, backbone, new ConfigErrors());
        return settings.Count == 0 && backbone is null ? file : file with { Name = file.Name ?? Changed };
    }

    private static EvaluationFile Bind(
        ConfigNode root, IEnumerable<string> settings, ComponentCatalog catalog, string? backbone, ConfigErrors errors)
    {
        if (backbone is not null)
        {
            ConfigOverrides.Set(root, "backbone", ConfigReader.ReadValue(backbone, "--backbone", errors), errors);
        }

        ConfigOverrides.Apply(root, settings, errors);
        var file = new OptionsBinder(catalog, errors, "the evaluation").Bind<EvaluationFile>(root);
        errors.ThrowIfAny();
        return file!;
    }
}
