using System.Text.Json;
using SslFramework.Core.Storage;

namespace SslFramework.Engine.Training.Checkpoints;

/// <summary>
/// <c>manifest.json</c>, written last: length and XxHash128 of each file of a checkpoint. A folder without one is not a
/// checkpoint, and it reveals every flipped bit and every lost byte.
/// </summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";

    private const int CurrentFormat = 1;
    private const int MaximumLength = 1 << 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
    };

    public int Format { get; init; } = CurrentFormat;

    public required long Step { get; init; }

    public required IReadOnlyDictionary<string, CheckpointFile> Files { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>What is wrong with a checkpoint, as the end of a sentence; null if it is intact.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="step">The step that its name says.</param>
    /// <param name="files">The files that it must have.</param>
    /// <exception cref="ExperimentException">It was written by a newer version.</exception>
    public static string? ProblemOf(string folder, long step, IReadOnlyCollection<string> files)
    {
        try
        {
            var path = Path.Combine(folder, FileName);
            if (new FileInfo(path) is { Exists: true, Length: > MaximumLength })
            {
                return $"its {FileName} is too long";
            }

            var bytes = File.ReadAllBytes(path);
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(bytes, Json)!;
            if (manifest.Format > CurrentFormat)
            {
                throw new ExperimentException(
                    FailureKind.Checkpoint,
                    $"The checkpoint {folder} has format {manifest.Format}, and this version reads up to {CurrentFormat}; "
                    + "use the version that wrote it, or delete the checkpoint to go on from the one before.");
            }

            // Serialized again it must be the same: this reveals a changed byte in it, even one that JSON ignores.
            return manifest.Format != CurrentFormat || !manifest.ToBytes().AsSpan().SequenceEqual(bytes) ? $"its {FileName} was changed"
                : manifest.Step != step ? $"it is of step {manifest.Step}"
                : files.Select(file => manifest.ProblemOf(folder, file)).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or JsonException or NullReferenceException or ArgumentException)
        {
            return $"its {FileName} cannot be read ({e.Message.Split('\n')[0].TrimEnd('.', '\r')})";
        }
    }

    private string? ProblemOf(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return !Files.TryGetValue(name, out var written) ? $"its {FileName} does not name {name}"
            : !file.Exists ? $"{name} is missing"
            : file.Length != written.Length ? $"{name} has {file.Length} bytes of {written.Length}"
            : HashedStream.OfFile(file.FullName) != written.XxHash128 ? $"{name} was changed"
            : null;
    }
}

/// <summary>A file as it was written.</summary>
internal sealed record CheckpointFile(long Length, string XxHash128);
