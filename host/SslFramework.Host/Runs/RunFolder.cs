using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Checkpoints;

namespace SslFramework.Host.Runs;

/// <summary>The folder <c>runs/NAME</c> of one experiment. Open, it is locked; a kill releases the lock.</summary>
public sealed class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FileStream held;

    private RunFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    public string Path { get; }

    public string Checkpoints => In("checkpoints");

    public string Backbone => In("backbone.safetensors");

    public string Evaluation => In("evaluation.json");

    public string Metrics => In("metrics.jsonl");

    public string Timing => In("timing.jsonl");

    /// <summary>Opens a run's folder: a new one, or that of the same experiment to go on with.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="experiment">The experiment as resolved.</param>
    /// <param name="overwrite">Delete an earlier run of this name first.</param>
    /// <exception cref="ExperimentException">Another process holds it, or it holds a finished or another run.</exception>
    public static RunFolder Open(string root, string name, string experiment, bool overwrite)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, name));
        try
        {
            Directory.CreateDirectory(path);
            var folder = new RunFolder(path, Lock(path));
            try
            {
                folder.Prepare(experiment, overwrite);
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

    /// <summary>What run.json says, or null in a new folder.</summary>
    public RunStatus? ReadStatus() => File.Exists(In("run.json"))
        ? JsonSerializer.Deserialize<RunStatus>(File.ReadAllBytes(In("run.json")), Json)
        : null;

    public void WriteStatus(RunStatus status) => WriteJson("run.json", status);

    public void WriteJson<T>(string file, T value) => Durable.Write(In(file), stream => JsonSerializer.Serialize(stream, value, Json));

    /// <summary>Forgets logged lines after a step: those steps will be taken again.</summary>
    public void CutLogsAfter(long step)
    {
        foreach (var log in new[] { Metrics, Timing }.Where(File.Exists))
        {
            var lines = File.ReadAllLines(log).Where(line => StepOf(line) <= step).ToArray();
            Durable.Write(log, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                Array.ForEach(lines, writer.WriteLine);
            });
        }
    }

    public void Dispose() => held.Dispose();

    private void Prepare(string experiment, bool overwrite)
    {
        var file = In("experiment.json");
        if (overwrite)
        {
            foreach (var old in new[] { file, In("run.json"), Backbone, Evaluation, Metrics, Timing })
            {
                File.Delete(old);
            }

            if (Directory.Exists(Checkpoints))
            {
                Directory.Delete(Checkpoints, recursive: true);
            }
        }

        if (!File.Exists(file))
        {
            Durable.Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(experiment)));
            return;
        }

        if (Differences(JsonNode.Parse(File.ReadAllText(file)), JsonNode.Parse(experiment), "") is { Count: > 0 } differences)
        {
            throw new ExperimentException(
                ExitCode.RunFolder,
                $"{Path} holds another experiment (it differs in {string.Join(", ", differences.Take(5))}); give this one a name of its own with --set name=…, or delete the old one with --overwrite.");
        }

        if (ReadStatus() is { Status: "completed" })
        {
            throw new ExperimentException(
                ExitCode.RunFolder, $"{Path} holds this experiment, completed; give the new run a name of its own with --set name=…, or delete the old one with --overwrite.");
        }
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new ExperimentException(ExitCode.RunFolder, $"Another process is working in {path}; wait for it, or choose another name with --set name=…", e);
        }
    }

    private static long StepOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)!["step"]!.GetValue<long>();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return long.MaxValue; // half a line, written when the process was killed
        }
    }

    private static List<string> Differences(JsonNode? a, JsonNode? b, string path)
    {
        if (a is JsonObject x && b is JsonObject y)
        {
            return [.. x.Select(m => m.Key).Union(y.Select(m => m.Key))
                .SelectMany(key => Differences(x[key], y[key], path.Length == 0 ? key : $"{path}.{key}"))];
        }

        return JsonNode.DeepEquals(a, b) || path is "description" or "expected" ? [] : [path];
    }
}
