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
    private const int MostNamed = 5; // changes
    private const int MostOptions = 3;

    private readonly RunLock held;
    private readonly string experiment;
    private StoredExperiment? stored;
    private IReadOnlyList<ExperimentChange> changes = [];
    private bool isMade;
    private bool isAside;

    private RunFolder(string path, string experiment)
    {
        (Path, this.experiment, held) = (path, experiment, Lock(path));
        Journal = new Journal(In(RunFiles.Journal), TimeProvider.System);
    }

    public string Path { get; }

    public string Checkpoints => In(RunFiles.Checkpoints);

    public string Backbone => In(RunFiles.Backbone);

    public string Evaluation => In(RunFiles.Evaluation);

    public string Metrics => In(RunFiles.Metrics);

    public string Timing => In(RunFiles.Timing);

    public string Incidents => In(RunFiles.Incidents);

    public string DataReport => In(RunFiles.DataReport);

    public string Profile => In(RunFiles.Profile);

    public string Origins => In(RunFiles.Origins);

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
        string root,
        string name,
        string experiment,
        bool overwrite,
        IReadOnlyList<string>? overridden = null,
        ComponentCatalog? catalog = null)
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
                    folder.Journal.Warn(
                        $"{path} cannot be locked (a file system without locks, or DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set): "
                        + "see yourself that no second process works in it.");
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
            var all = Directory.GetFileSystemEntries(Path).Where(entry => entry != In(RunFiles.Lock));
            // The status is last: after a kill meanwhile it is still an earlier run.
            foreach (var old in all.OrderBy(entry => entry == In(RunFiles.Status)))
            {
                Disk.Instance.Delete(old);
            }
        }

        (IsOverwritten, HasBegun) = (false, true);
        foreach (var change in changes.Where(change => change.Key is not ("description" or "expected")))
        {
            Journal.Warn($"The run goes on with another {change}.");
        }

        if (stored is { NewOptions.Count: > 0 })
        {
            var options = string.Join("; ", stored.NewOptions);
            Journal.Write($"This version has options that the run's experiment did not say, at their defaults: {options}.");
        }

        if (stored?.Is(experiment) != true)
        {
            DurableFile.WriteText(In(RunFiles.Experiment), experiment);
        }

        return true;
    });

    /// <summary>The first run in a folder of runs, or null.</summary>
    public static string? FirstIn(string folder) => Directory.EnumerateDirectories(folder)
        .Where(inside => File.Exists(System.IO.Path.Combine(inside, RunFiles.Status))).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>What run.json says, or null in a new folder.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public RunStatus? ReadStatus() => ReadStatus(Path);

    /// <summary>What run.json of a folder says, or null where there is none.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static RunStatus? ReadStatus(string folder)
    {
        var file = System.IO.Path.Combine(folder, RunFiles.Status);
        try
        {
            return File.Exists(file) ? Json.Read<RunStatus>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException e)
        {
            throw new ExperimentException(
                FailureKind.RunFolder, $"{file} is damaged ({e.Message}); delete it to go on from the last checkpoint.", e);
        }
    }

    public void WriteStatus(RunStatus status) => WriteJson(RunFiles.Status, status);

    public void WriteJson<T>(string file, T value) => Json.Write(In(file), value);

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
            var some = string.Join("; ", refused.Take(MostNamed))
                + (refused.Count > MostNamed ? $"; {refused.Count - MostNamed} more" : "");
            var options = refused.Count > MostOptions
                ? "--override-resume and each key"
                : string.Join(' ', refused.Select(change => $"--override-resume {change.Key}"));
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} holds another experiment ({some}); give this one a name of its own with --set name=…, "
                + $"delete the old one with --overwrite, or go on all the same with {options}.");
        }

        if (ReadStatus() is { Status: RunStatus.Completed } && !changes.Any(change => change.Key == "training.epochs"))
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} holds this experiment, completed; set a larger \"training.epochs\" to go on, "
                + "give the new run a name of its own with --set name=…, or delete the old one with --overwrite.");
        }
    }

    /// <summary>Whatever lies in the folder of a run goes with it; whatever lies in another folder stays.</summary>
    private void RefuseToEmptyOthers()
    {
        var hasBegun = File.Exists(In(RunFiles.Journal)) || Directory.Exists(Checkpoints);
        var isRun = File.Exists(In(RunFiles.Status)) || (File.Exists(In(RunFiles.Experiment)) && hasBegun);
        var names = Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry));
        if (!isRun && names.FirstOrDefault(IsOfOthers) is { } other)
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{Path} is not the folder of a run, which would hold {RunFiles.Status}, but has '{other}' in it: "
                + "--overwrite deletes only runs; give this one a name of its own with --set name=…");
        }

        static bool IsOfOthers(string name) => name != RunFiles.Lock && !name.StartsWith(RunFiles.Experiment, StringComparison.Ordinal);
    }

    private void DeleteIfEmpty()
    {
        try
        {
            File.Delete(In(RunFiles.Lock)); // who opens it meanwhile sees that it is gone, and makes another
            Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has found it, or something was written into it: then it stays.
        }
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static RunLock Lock(string path) => RunLock.TryTake(path) ?? throw new ExperimentException(
        FailureKind.RunFolder,
        $"Another process ({ReadStatus(path)?.Holder ?? "just started"}) is working in {path}; "
        + "wait for it, or choose another name with --set name=…");

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
