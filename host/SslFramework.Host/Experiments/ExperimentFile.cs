using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Experiments;

/// <summary>Reads and writes experiment files.</summary>
internal static class ExperimentFile
{
    /// <summary>Reads an experiment, with what the command line sets.</summary>
    /// <exception cref="ExperimentException">All mistakes at once, each with its place and remedy.</exception>
    public static ExperimentConfig Read(string path, IEnumerable<string> settings, ComponentCatalog catalog)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadFile(path, errors, FileKind.Experiment);
        if (root is null)
        {
            errors.ThrowIfAny();
        }

        return Bind(root!, settings, catalog, errors);
    }

    /// <summary>Makes an experiment of what a file says, with what the command line sets.</summary>
    /// <exception cref="ExperimentException">All mistakes at once, each with its place and remedy.</exception>
    public static ExperimentConfig Bind(ConfigNode root, IEnumerable<string> settings, ComponentCatalog catalog, ConfigErrors errors)
    {
        ConfigOverrides.Apply(root, settings, errors);
        var config = new OptionsBinder(catalog, errors).Bind<ExperimentConfig>(root);
        errors.ThrowIfAny();
        return config! with { Origins = ConfigOrigins.Of(root) };
    }

    /// <summary>The experiment as JSON, every default spelled out and every path absolute.</summary>
    public static string Write(ExperimentConfig config) => Json.Text(OptionsWriter.Write(config)) + "\n";
}
