using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Runs;

/// <summary>The experiment.json of a run, as this version reads it: options that it does not know of have their defaults.</summary>
internal sealed class StoredExperiment
{
    private readonly string text;
    private readonly JsonNode? json;

    private StoredExperiment(string text, JsonNode? written, JsonNode? json)
    {
        (this.text, this.json) = (text, json);
        NewOptions = [.. ExperimentChange.Between(written, json)];
    }

    /// <summary>Options that came after the run was started, at their defaults.</summary>
    public IReadOnlyList<ExperimentChange> NewOptions { get; }

    /// <summary>Reads the experiment of a run's folder; null where there is none.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="catalog">What the experiment can name; without one, it is taken word for word.</param>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static StoredExperiment? Read(string folder, ComponentCatalog? catalog)
    {
        var file = Path.Combine(folder, RunFiles.Experiment);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(file);
            var written = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
            _ = written?.ToJsonString(); // half a surrogate pair is no text
            return new StoredExperiment(text, written, catalog is null ? written : Today(text, file, written, catalog));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ExperimentException(
                FailureKind.RunFolder, $"{file} is damaged ({e.Message}); put it back as it was, or delete the run with --overwrite.", e);
        }
    }

    /// <summary>What another experiment does not have in common with it.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public IReadOnlyList<ExperimentChange> ChangesTo(string experiment) => ExperimentChange.Between(json, JsonNode.Parse(experiment));

    /// <summary>Whether another one is written in the same letters.</summary>
    public bool Is(string experiment) => text == experiment;

    private static JsonNode? Today(string text, string file, JsonNode? written, ComponentCatalog catalog)
    {
        try
        {
            var config = ExperimentFile.Bind(ConfigReader.ReadValue(text, file), [], catalog, new ConfigErrors());
            return JsonNode.Parse(ExperimentFile.Write(config));
        }
        catch (ExperimentException)
        {
            return written; // an option or a plugin is no more: what differs is told as it was written
        }
    }
}
