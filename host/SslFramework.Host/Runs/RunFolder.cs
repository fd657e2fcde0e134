using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Checkpoints;
using SslFramework.Host.Commands;

namespace SslFramework.Host.Runs;

/// <summary>The folder <c>runs/NAME</c> of one experiment. Open, it is locked; a kill releases the lock.</summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The trained backbone, in the folder of a run or of an export.</summary>
    public const string BackboneFile = "backbone.safetensors";

    private readonly FileStream held;
    private bool isAside;

    private RunFolder(string path, FileStream held)
    {
        (Path, this.held) = (path, held);
        Journal = new Journal(In("journal.md"), TimeProvider.System);
    }

    public string Path { get; }

    public string Checkpoints => In("checkpoints");

    public string Backbone => In(BackboneFile);

    public string Evaluation => In("evaluation.json");

    public string Metrics => In("metrics.jsonl");

    public string Timing => In("timing.jsonl");

    public string Incidents => In("incidents.jsonl");

    public string DataReport => In("data-report.json");

    public string Profile => In("profile.json");

    public string Origins => In("origins.json");

    public Journal Journal { get; }

    /// <summary>Opens a run's folder: a new one, or that of the same experiment to go on with.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="experiment">The experiment as resolved.</param>
    /// <param name="overwrite">Delete an earlier run of this name first.</param>
    /// <param name="overridden">Keys that may differ from the earlier experiment, beside those that always may.</param>
    /// <exception cref="ExperimentException">Another process holds it, or it holds a finished or another run.</exception>
    public static RunFolder Open(string root, string name, string experiment, bool overwrite, IReadOnlyList<string>? overridden = null)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, name));
        try
        {
            OutputFolder.Make(path, "--runs");
            var folder = new RunFolder(path, Lock(path));
            try
            {
                folder.Prepare(experiment, overwrite, overridden ?? []);
                return folder;
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Storage, $"The run folder {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>
    /// For a process that is not the first of several, which alone writes into the run's folder: a temporary folder, where
    /// nobody looks, and which is deleted.
    /// </summary>
    /// <exception cref="ExperimentException">It cannot be written.</exception>
    public static RunFolder Aside(string root, string name, string experiment, int rank)
    {
        var run = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, name));
        var own = $"ssl-process-{rank}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run)).AsSpan(0, 8))}";
        var folder = Open(System.IO.Path.GetTempPath(), own, experiment, overwrite: true);
        folder.isAside = true;
        return folder;
    }

    /// <summary>The first run in a folder of runs, or null.</summary>
    public static string? FirstIn(string folder) => Directory.EnumerateDirectories(folder)
        .Where(inside => File.Exists(System.IO.Path.Combine(inside, "run.json"))).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>What run.json says, or null in a new folder.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public RunStatus? ReadStatus() => ReadStatus(Path);

    /// <summary>What run.json of a folder says, or null where there is none.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static RunStatus? ReadStatus(string folder)
    {
        var file = System.IO.Path.Combine(folder, "run.json");
        try
        {
            return File.Exists(file) ? RunJson.Read<RunStatus>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException e)
        {
            throw new ExperimentException(ExitCode.RunFolder, $"{file} is damaged ({e.Message}); delete it to go on from the last checkpoint.", e);
        }
    }

    public void WriteStatus(RunStatus status) => WriteJson("run.json", status);

    public void WriteJson<T>(string file, T value) => Durable.Write(In(file), stream => JsonSerializer.Serialize(stream, value, RunJson.Indented));

    public void Dispose()
    {
        held.Dispose();
        if (isAside)
        {
            Disk.Instance.Delete(Path);
        }
    }

    private void Prepare(string experiment, bool overwrite, IReadOnlyList<string> overridden)
    {
        var file = In("experiment.json");
        if (overwrite)
        {
            foreach (var old in new[] { file, In("run.json"), In("journal.md"), Backbone, Evaluation, Metrics, Timing, Incidents, DataReport, Origins, In("report.html"), In("report.md"), In("projector_config.pbtxt") })
            {
                File.Delete(old);
            }

            foreach (var old in Directory.GetFiles(Path, "events.out.tfevents.*"))
            {
                File.Delete(old);
            }

            Disk.Instance.Delete(Checkpoints);
            Disk.Instance.Delete(In("projector"));
        }

        var changes = File.Exists(file) ? ChangesSince(file, experiment) : [];
        var refused = changes.Where(change => !change.IsAllowed(overridden)).ToList();
        if (refused.Count > 0)
        {
            throw new ExperimentException(
                ExitCode.RunFolder,
                $"{Path} holds another experiment ({string.Join("; ", refused.Take(5))}{(refused.Count > 5 ? $"; {refused.Count - 5} more" : "")}); give this one a name of its own with --set name=…, "
                + $"delete the old one with --overwrite, or go on all the same with {(refused.Count > 3 ? "--override-resume and each key" : string.Join(' ', refused.Select(change => $"--override-resume {change.Key}")))}.");
        }

        if (ReadStatus() is { Status: RunStatus.Completed } && !changes.Any(change => change.Key == "training.epochs"))
        {
            throw new ExperimentException(
                ExitCode.RunFolder,
                $"{Path} holds this experiment, completed; set a larger \"training.epochs\" to go on, give the new run a name of its own with --set name=…, or delete the old one with --overwrite.");
        }

        foreach (var change in changes.Where(change => change.Key is not ("description" or "expected")))
        {
            Journal.Warn($"The run goes on with another {change}.");
        }

        if (changes.Count > 0 || !File.Exists(file))
        {
            Durable.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(experiment)));
        }
    }

    private static IReadOnlyList<ExperimentChange> ChangesSince(string file, string experiment)
    {
        try
        {
            return [.. ExperimentChange.Between(JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { AllowDuplicateProperties = false }), JsonNode.Parse(experiment))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half a surrogate pair is no text
        {
            throw new ExperimentException(
                ExitCode.RunFolder, $"{file} is damaged ({e.Message}); put it back as it was, or delete the run with --overwrite.", e);
        }
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "run.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(file))
        {
            throw new ExperimentException(ExitCode.RunFolder, $"Another process ({ReadStatus(path)?.Holder ?? "just started"}) is working in {path}; wait for it, or choose another name with --set name=…", e);
        }
    }
}
