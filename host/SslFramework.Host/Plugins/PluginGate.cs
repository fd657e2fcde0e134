using System.Security.Cryptography;
using System.Text.Json;

namespace SslFramework.Host.Plugins;

/// <summary>What the gate learned of a plugin that may be loaded.</summary>
/// <param name="Name">Its assembly's name.</param>
/// <param name="File">Its main assembly.</param>
/// <param name="EntryType">Its class that implements <see cref="IPlugin"/>.</param>
/// <param name="Sha256">Of the main assembly.</param>
/// <param name="Contract">The version of the framework that it was built for, if it says so.</param>
internal sealed record PluginCandidate(string Name, string File, string EntryType, string Sha256, string? Contract = null);

/// <summary>
/// Looks at a plugin's files before any of its code is loaded. The loader would not complain: a newer contract loads as a
/// private copy in which nothing is an <see cref="IPlugin"/>, a missing dependency becomes the host's copy of any version or
/// an error in mid-run, and a second libtorch ends the process.
/// </summary>
internal sealed class PluginGate(SharedAssemblies shared)
{
    private const string LeaveToHost = "refer to the framework's projects and to TorchSharp with Private=\"false\" "
        + "ExcludeAssets=\"runtime;native\"";
    private const string CopyAll = "copy the whole output of 'dotnet publish' there.";
    private readonly Lazy<ContractMembers> members = new(() => new ContractMembers(shared.All));

    /// <summary>Reads a plugin's metadata.</summary>
    /// <exception cref="ExperimentException">The plugin cannot work with this host; one sentence says why.</exception>
    public PluginCandidate Inspect(string folder)
    {
        var file = PluginRoots.MainAssembly(folder);
        try
        {
            var files = PluginFiles.Of(folder);
            if (!files.Contains(Path.GetFileName(file)))
            {
                throw Refused($"The plugin folder {folder} has no {Path.GetFileName(file)}; "
                    + "a plugin's assembly has the name of its folder.");
            }

            var bytes = File.ReadAllBytes(file);
            using var metadata = new PluginMetadata(bytes);
            var name = metadata.Name;
            RefuseCopiesOfTheHost(name, files);
            var entry = EntryOf(metadata, name);
            RefuseNewerReferences($"Plugin {name}", metadata);
            CheckReferences($"Plugin {name}", folder, metadata);
            CheckFiles(name, folder, Path.ChangeExtension(file, ".deps.json"));
            foreach (var library in Directory.EnumerateFiles(folder, "*.dll").Where(library => library != file))
            {
                CheckLibrary(name, folder, library);
            }

            return new PluginCandidate(name, file, entry, Convert.ToHexStringLower(SHA256.HashData(bytes)), metadata.Contract);
        }
        catch (Exception error) when (error is BadImageFormatException || IsOfTheReader(error))
        {
            throw Refused($"{file} is not a .NET assembly ({error.Message.TrimEnd('.')}); "
                + "build the plugin as a class library and copy its output again.");
        }
        catch (JsonException)
        {
            throw Refused($"{Path.ChangeExtension(file, ".deps.json")} is damaged; build the plugin and copy its output again.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused($"The plugin folder {folder} cannot be read: {error.Message}");
        }
    }

    /// <summary>.NET's own metadata reader throws these if tables lie about lengths.</summary>
    private static bool IsOfTheReader(Exception error) =>
        error is OverflowException or ArgumentException or InvalidOperationException or IndexOutOfRangeException;

    private static ExperimentException Refused(string sentence) => new(FailureKind.Plugin, sentence);

    private static string EntryOf(PluginMetadata metadata, string name) => metadata.EntryTypes switch
    {
        [var only] => only,
        [] => throw Refused($"Plugin {name} has no public class that implements {typeof(IPlugin).FullName}; it needs exactly one."),
        var several => throw Refused($"Plugin {name} has {several.Count} public classes that implement {typeof(IPlugin).FullName} "
            + $"({string.Join(", ", several)}); it needs exactly one."),
    };

    private static void RefuseCopiesOfTheHost(string name, IEnumerable<string> files)
    {
        if (files.FirstOrDefault(file => SharedAssemblies.IsHostsOwn(Path.GetFileName(file))) is { } copy)
        {
            throw Refused($"Plugin {name} brings {copy} of its own, which only the host may load; {LeaveToHost}, and delete the file.");
        }
    }

    /// <summary>
    /// A library that comes with a plugin gets the host's contract and TorchSharp as well, and the rest from the plugin's folder.
    /// </summary>
    private void CheckLibrary(string plugin, string folder, string file)
    {
        if (shared.Contains(Path.GetFileNameWithoutExtension(file)))
        {
            return; // the host's copy is used
        }

        try
        {
            using var metadata = new PluginMetadata(File.ReadAllBytes(file));
            var subject = $"{Path.GetFileName(file)} of plugin {plugin}";
            RefuseNewerReferences(subject, metadata);
            CheckReferences(subject, folder, metadata);
        }
        catch (BadImageFormatException)
        {
            // A native library: nothing to check.
        }
    }

    private void RefuseNewerReferences(string subject, PluginMetadata metadata)
    {
        foreach (var (name, version) in metadata.References)
        {
            if (shared.VersionOf(name) is not { } host)
            {
                continue;
            }

            if (version > host)
            {
                throw Refused($"{subject} was built against {name} {version}, but this host has {host}; "
                    + "update the host, or rebuild the plugin against it.");
            }

            if (version.Major < host.Major && SharedAssemblies.IsContract(name))
            {
                throw Refused($"{subject} was built against {name} {version}, but this host has {host}; rebuild the plugin against it.");
            }
        }

        if (members.Value.FirstMissing(metadata.Reader) is { } missing)
        {
            throw Refused($"{subject} uses {missing}, which this host does not have{BuiltFor(metadata)}; "
                + "update the host, or rebuild the plugin against it.");
        }
    }

    private static string BuiltFor(PluginMetadata metadata) => metadata.Contract is { } other && other != SharedAssemblies.Version
        ? $" (it was built for SslFramework {other}, and this is {SharedAssemblies.Version})"
        : "";

    private void CheckReferences(string subject, string folder, PluginMetadata metadata)
    {
        foreach (var (name, version) in metadata.References)
        {
            if (SharedAssemblies.IsInternal(name))
            {
                throw Refused($"{subject} refers to {name}, which is the program's own and changes without notice; "
                    + "use what SslFramework.Core has instead.");
            }

            if (shared.Contains(name) || File.Exists(Path.Combine(folder, name + ".dll")))
            {
                continue;
            }

            if (!SharedAssemblies.IsFramework(name))
            {
                throw Refused($"{subject} needs {name} {version}, and {name}.dll is not in {folder}; {CopyAll}");
            }

            if (version.Major > Environment.Version.Major)
            {
                throw Refused($"{subject} was built for .NET {version.Major}, but this host runs on .NET {Environment.Version.Major}; "
                    + "rebuild the plugin for it.");
            }
        }
    }

    private void CheckFiles(string plugin, string folder, string list)
    {
        var missing = DependencyList.Read(list).FirstOrDefault(file =>
            !File.Exists(Path.Combine(folder, file))
            && !File.Exists(Path.Combine(folder, Path.GetFileName(file)))
            && !shared.Contains(Path.GetFileNameWithoutExtension(file)));
        if (missing is not null)
        {
            throw Refused($"Plugin {plugin} needs {Path.GetFileName(missing)}, "
                + $"which {Path.GetFileName(list)} names and {folder} lacks; {CopyAll}");
        }
    }
}
