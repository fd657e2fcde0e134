using System.Security.Cryptography;
using System.Text.Json;
using SslFramework.Core.Storage;

namespace SslFramework.Host.Plugins;

/// <summary>
/// <c>plugins.lock.json</c>: each plugin with the SHA-256 of each of its files. With <c>--locked</c> a plugin that is not in
/// it, or not as it was, is refused before any of its code is loaded.
/// </summary>
internal sealed record PluginLock
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "plugins.lock.json";

    private const int LargestFile = 4 << 20;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
    };

    /// <summary>The file's version.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The plugins by name.</summary>
    public required IReadOnlyDictionary<string, LockedPlugin> Plugins { get; init; }

    /// <summary>What is there now.</summary>
    public static PluginLock Of(IEnumerable<LoadedPlugin> plugins) => new()
    {
        Plugins = plugins.OrderBy(plugin => plugin.Name, StringComparer.Ordinal)
            .ToDictionary(plugin => plugin.Name, plugin => new LockedPlugin(plugin.Version, HashesOf(plugin.Copy ?? plugin.Folder))),
    };

    /// <summary>Reads a lock file.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged.</exception>
    public static PluginLock Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
            {
                throw new JsonException($"it is larger than {LargestFile >> 20} MiB");
            }

            var locked = JsonSerializer.Deserialize<PluginLock>(File.ReadAllBytes(path), Json);
            return locked is not { Format: 1 } ? throw new JsonException("its format is not 1")
                : locked.Plugins.Values.Contains(null) ? throw new JsonException("a plugin is null") // nobody looks into dictionaries
                : locked;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var (problem, force) = File.Exists(path)
                ? ($"The lock file '{path}' cannot be read ({e.Message.TrimEnd('.')})", " --force")
                : ($"There is no lock file '{path}'", "");
            throw new ExperimentException(FailureKind.Plugin, $"{problem}; write it with 'ssl plugin lock --output {path}{force}'.", e);
        }
        catch (JsonException e)
        {
            var reason = e.Path is null ? $" ({e.Message})" : ""; // the reader's own sentences name types of ours
            throw new ExperimentException(
                FailureKind.Plugin,
                $"The lock file '{path}' is damaged, or is none{reason}; write it anew with 'ssl plugin lock --output {path} --force'.", e);
        }
    }

    /// <summary>Writes a lock file.</summary>
    /// <exception cref="ExperimentException">Writing failed.</exception>
    public void Write(string path) => DurableFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, this, Json);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Refuses a plugin that is not as it was when it was locked.</summary>
    /// <exception cref="ExperimentException">It is unknown, or a file is another, is missing or is new.</exception>
    public void Check(string plugin, string folder) => Check(plugin, Known(plugin), HashesOf(folder));

    /// <summary>
    /// Copies a plugin to where nobody else can change it, and refuses it if the copy is not as the plugin was when it was locked:
    /// what is loaded from the copy, now or hours later, is what was looked at.
    /// </summary>
    /// <inheritdoc cref="Check(string, string)" path="/exception"/>
    internal PrivateCopy CopyOf(string plugin, string folder)
    {
        var locked = Known(plugin);
        var copy = PrivateCopy.Of(folder);
        Check(plugin, locked, copy.Files);
        return copy;
    }

    private LockedPlugin Known(string plugin) =>
        Plugins.GetValueOrDefault(plugin) ?? throw Refused($"Plugin {plugin} is not in the lock file");

    private static void Check(string plugin, LockedPlugin locked, IReadOnlyDictionary<string, string> now)
    {
        var all = now.Keys.Union(locked.Files.Keys);
        if (all.FirstOrDefault(file => now.GetValueOrDefault(file) != locked.Files.GetValueOrDefault(file)) is { } file)
        {
            var how = !now.ContainsKey(file) ? "is missing" : !locked.Files.ContainsKey(file) ? "is new" : "has changed";
            throw Refused($"{file} of plugin {plugin} {how} since it was locked");
        }
    }

    /// <summary>Names of plugins that were locked and are not among these.</summary>
    public IReadOnlyList<string> MissingFrom(IEnumerable<LoadedPlugin> loaded) =>
        [.. Plugins.Keys.Except(loaded.Select(plugin => plugin.Name)).Order(StringComparer.Ordinal)];

    /// <summary>Of every file in a plugin's folder, by its path there.</summary>
    private static Dictionary<string, string> HashesOf(string folder) =>
        PluginFiles.Of(folder).ToDictionary(file => file, file => HashOf(Path.Combine(folder, file)));

    private static string HashOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Plugin, $"The plugin's file {file} cannot be read: {e.Message}", e);
        }
    }

    private static ExperimentException Refused(string what) =>
        new(FailureKind.Plugin, $"{what}; look at it, and if you trust it write the lock file anew with 'ssl plugin lock --force'.");
}

/// <summary>A plugin as it was when it was locked.</summary>
/// <param name="Version">Its version, for people.</param>
/// <param name="Files">SHA-256 in lower-case hexadecimal digits, by path in the plugin's folder.</param>
internal sealed record LockedPlugin(string Version, IReadOnlyDictionary<string, string> Files);
