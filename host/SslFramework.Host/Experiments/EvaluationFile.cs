using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SslFramework.Host.Configuration;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Experiments;

/// <summary>An evaluation in a file of its own, for runs that have ended and for weights from elsewhere.</summary>
public sealed record EvaluationFile : EvaluationConfig
{
    private const string Example = "such as host/experiments/evaluations/protocols.json";

    /// <summary>Names the file of results, <c>evaluation-NAME.json</c>; the file's own name where absent.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", ErrorMessage = "{0} names the file of results: use letters, digits, '.', '_' and '-', at most 100")]
    public string? Name { get; init; }

    /// <summary>What the evaluation is, and how to run it.</summary>
    public string Description { get; init; } = "";

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
        var root = ConfigReader.ReadFile(path, errors, $"an evaluation file, {Example}");
        if (root is { Kind: JsonValueKind.Object } && root.Members.ContainsKey("objective"))
        {
            errors.Add(path, $"this is an experiment; name an evaluation file, {Example}, which holds what an experiment has in its \"evaluation\"");
        }

        errors.ThrowIfAny();
        if (backbone is not null)
        {
            ConfigOverrides.Set(root!, "backbone", ConfigReader.ReadValue(backbone, "--backbone"), errors);
        }

        ConfigOverrides.Apply(root!, settings, errors);
        var file = new OptionsBinder(catalog, errors).Bind<EvaluationFile>(root!);
        errors.ThrowIfAny();
        return file! with { Name = file.Name ?? Path.GetFileNameWithoutExtension(path) };
    }
}
