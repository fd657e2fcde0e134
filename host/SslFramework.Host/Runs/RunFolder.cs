using System.Text;
using System.Text.Json;
using SslFramework.Core.Storage;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Runs;

/// <summary>The folder <c>runs/NAME</c> of one experiment. Open, it is locked; a kill releases the lock.</summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>The trained backbone, in the folder of a run or of an export.</summary>
    public const string BackboneFile = "backbone.safetensors";

    private const string LockFile = "run.lock";
    private const string ExperimentFile = "experiment.json";
    private const string StatusFile = "run.json";
    private const string JournalFile = "journal.md";

    private readonly RunLock held;
    private readonly string experiment;
    private StoredExperiment? stored;
    private IReadOnlyList<ExperimentChange> changes = [];
    private bool isMade;
    private bool isAside;

    private RunFolder(string path, string experiment)
    {
        (Path, this.experiment, held) = (path, experiment, Lock(path));
        Journal = new Journal(In(JournalFile), TimeProvider.System);
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

    /// <summary>Whether <see cref="Begin"/> will delete an earlier run.</summary>
    public bool IsOverwritten { get; private set; }

    /// <summary>Whether there is no earlier start to go on from.</summary>
    public bool IsNew => IsOverwritten || ReadStatus() is null;

    /// <summary>Whether <see cref="Begin"/> was called: until then the folder is as it was found.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Opens a run's folder: a new one, or that of the same experiment to go on with. Nothing in it is changed yet.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="experiment">The experiment as resolved.</param>
    /// <param name="overwrite">Delete an earlier run of this name when this one begins.</param>
    /// <param name="overridden">Keys that may differ from the earlier experiment, beside those that always may.</param>
    /// <param name="catalog">What experiments can name, to read that of an earlier version as this one would.</param>
    /// <exception cref="ExperimentException">Another process holds it, or it holds a finished or another run, or no run at all.</exception>
    public static RunFolder Open(
        string root, string name, string experiment, bool overwrite, IReadOnlyList<string>? overridden = null, ComponentCatalog? catalog = null)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, name));
        return Writing(path, () =>
        {
            var isMade = !Directory.Exists(path);
            OutputFolder.Make(path, "--runs");
            var folder = new RunFolder(path, experiment) { IsOverwritten = overwrite, isMade = isMade };
            try
            {
                folder.Refuse(overridden ?? [], catalog);
                if (!folder.held.IsSafe)
                {
                    folder.Journal.Warn($"{path} cannot be locked (a file system without locks, or DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set): see yourself that no second process works in it.");
                }

                return folder;
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        });
    }

    /// <summary>
    /// For a process that is not the first of several, which alone writes into the run's folder: a temporary folder of its own,
    /// where nobody looks, and which is deleted.
    /// </summary>
    /// <exception cref="ExperimentException">It cannot be written.</exception>
    public static RunFolder Aside(string experiment, int rank) => Writing(
        System.IO.Path.GetTempPath(),
        () => new RunFolder(ScratchFolder.Make($"ssl-process-{rank}-"), experiment) { isAside = true });

    /// <summary>Makes the folder that of this run: deletes an earlier one that is to be overwritten, and writes the experiment.</summary>
    /// <exception cref="ExperimentException">It cannot be written.</exception>
    public void Begin() => Writing(Path, () =>
    {
        if (IsOverwritten)
        {
            foreach (var old in Directory.GetFileSystemEntries(Path).Where(entry => entry != In(LockFile)).OrderBy(entry => entry == In(StatusFile)))
            {
                Disk.Instance.Delete(old); // run.json last: after a kill meanwhile it is still an earlier run
            }
        }

        (IsOverwritten, HasBegun) = (false, true);
        foreach (var change in changes.Where(change => change.Key is not ("description" or "expected")))
        {
            Journal.Warn($"The run goes on with another {change}.");
        }

        if (stored is { NewOptions.Count: > 0 })
        {
            Journal.Write($"This version has options that the run's experiment did not say, at their defaults: {string.Join("; ", stored.NewOptions)}.");
        }

        if (stored?.Is(experiment) != true)
        {
            DurableFile.Write(In(ExperimentFile), stream => stream.Write(Encoding.UTF8.GetBytes(experiment)));
        }

        return true;
    });

    /// <summary>The first run in a folder of runs, or null.</summary>
    public static string? FirstIn(string folder) => Directory.EnumerateDirectories(folder)
        .Where(inside => File.Exists(System.IO.Path.Combine(inside, StatusFile))).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>What run.json says, or null in a new folder.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public RunStatus? ReadStatus() => ReadStatus(Path);

    /// <summary>What run.json of a folder says, or null where there is none.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static RunStatus? ReadStatus(string folder)
    {
        var file = System.IO.Path.Combine(folder, StatusFile);
        try
        {
            return File.Exists(file) ? RunJson.Read<RunStatus>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException e)
        {
            throw new ExperimentException(FailureKind.RunFolder, $"{file} is damaged ({e.Message}); delete it to go on from the last checkpoint.", e);
        }
    }

    public void WriteStatus(RunStatus status) => WriteJson(StatusFile, status);

    public void WriteJson<T>(string file, T value) => DurableFile.Write(In(file), stream => JsonSerializer.Serialize(stream, value, RunJson.Indented));

    public void Dispose()
    {
        held.Dispose();
        if (isAside)
        {
            Disk.Instance.Delete(Path);
        }
        else if (isMade && !HasBegun)
        {
            DeleteIfEmpty();
        }
    }

    private void Refuse(IReadOnlyList<string> overridden, ComponentCatalog? catalog)
    {
        if (IsOverwritten)
        {
            RefuseToEmptyOthers();
            return;
        }

        stored = StoredExperiment.Read(Path, catalog);
        changes = stored?.ChangesTo(experiment) ?? [];
        var refused = changes.Where(change => !change.IsAllowed(overridden)).ToList();
        if (refused.Count > 0)
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} holds another experiment ({string.Join("; ", refused.Take(5))}{(refused.Count > 5 ? $"; {refused.Count - 5} more" : "")}); give this one a name of its own with --set name=…, "
                + $"delete the old one with --overwrite, or go on all the same with {(refused.Count > 3 ? "--override-resume and each key" : string.Join(' ', refused.Select(change => $"--override-resume {change.Key}")))}.");
        }

        if (ReadStatus() is { Status: RunStatus.Completed } && !changes.Any(change => change.Key == "training.epochs"))
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} holds this experiment, completed; set a larger \"training.epochs\" to go on, give the new run a name of its own with --set name=…, or delete the old one with --overwrite.");
        }
    }

    /// <summary>Whatever lies in the folder of a run goes with it; whatever lies in another folder stays.</summary>
    private void RefuseToEmptyOthers()
    {
        var isRun = File.Exists(In(StatusFile)) || (File.Exists(In(ExperimentFile)) && (File.Exists(In(JournalFile)) || Directory.Exists(Checkpoints)));
        if (!isRun && Directory.EnumerateFileSystemEntries(Path).Select(System.IO.Path.GetFileName).FirstOrDefault(name => name != LockFile && !name!.StartsWith(ExperimentFile, StringComparison.Ordinal)) is { } other)
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} is not the folder of a run, which would hold {StatusFile}, but has '{other}' in it: --overwrite deletes only runs; give this one a name of its own with --set name=…");
        }
    }

    private void DeleteIfEmpty()
    {
        try
        {
            File.Delete(In(LockFile)); // who opens it meanwhile sees that it is gone, and makes another
            Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has found it, or something was written into it: then it stays.
        }
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static RunLock Lock(string path) => RunLock.TryTake(path) ?? throw new ExperimentException(
        FailureKind.RunFolder, $"Another process ({ReadStatus(path)?.Holder ?? "just started"}) is working in {path}; wait for it, or choose another name with --set name=…");

    private static T Writing<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Storage, $"The run folder {path} cannot be written: {e.Message}", e);
        }
    }
}
