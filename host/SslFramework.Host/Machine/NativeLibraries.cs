using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SslFramework.Host.Machine;

/// <summary>
/// The native libraries, each loaded by itself: where one fails, TorchSharp says that a package is missing, whatever the
/// loader's reason was.
/// </summary>
internal static partial class NativeLibraries
{
    /// <summary>Is there where NVIDIA's driver is.</summary>
    internal const string NvidiaDriver = "/proc/driver/nvidia/version";

    /// <summary>What they need comes first, so that the one that fails is named and not those that need it.</summary>
    private static readonly string[] Names = ["c10", "torch_cpu", "torch", "LibTorchSharp", "SkiaSharp"];

    /// <summary>Loads all that a folder has.</summary>
    public static IEnumerable<Finding> Look(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "cpu")))
        {
            yield return new(
                "torch", Health.Notice, "TorchSharp once failed to load its library and copied all of them into "
                + $"{Path.Combine(folder, "cpu")}", "Delete that folder.");
        }

        var loaded = new List<string>();
        foreach (var name in Names)
        {
            var file = FileOf(folder, name);
            if (!File.Exists(file))
            {
                yield return new("torch", Health.Bad, $"{file} is missing", "Build the host again; "
                    + "a published folder must be copied whole.");
            }
            else if (ErrorOf(file) is { } error)
            {
                yield return new("torch", Health.Bad, $"{Path.GetFileName(file)} does not load: {error}", RemedyFor(error));
            }
            else
            {
                loaded.Add(Path.GetFileName(file));
            }
        }

        if (loaded.Count == Names.Length)
        {
            yield return new("torch", Health.Good, $"{string.Join(", ", loaded)} load");
        }

        if (loaded.Count == Names.Length && TorchSharp.torch.cuda.is_available())
        {
            yield return new("gpu", Health.Good, $"{TorchSharp.torch.cuda.device_count()} with CUDA; \"device\": \"auto\" takes the first");
        }
        else if (File.Exists(NvidiaDriver) && !File.Exists(FileOf(folder, "torch_cuda")))
        {
            yield return new("gpu", Health.Notice, "there is an NVIDIA driver, "
                + "but this build computes on the processor", "Build with -p:Torch=cuda.");
        }
    }

    /// <summary>The loader's own words, or null where the library loads.</summary>
    public static string? ErrorOf(string file)
    {
        try
        {
            NativeLibrary.Load(file);
            return null;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            // .NET puts advice before it, on lines of its own.
            return error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        }
    }

    /// <summary>What to do about an error of the loader.</summary>
    public static string RemedyFor(string error) =>
        SymbolVersion().Match(error) is { Success: true } version
            ? $"{version.Groups[1].Value} is older than the library wants, which asks for {version.Groups[2].Value}. "
                + "Build the host on this machine, which marks that need as optional (build/Torch.targets), "
                + "or install a newer libstdc++ (Debian 13, Ubuntu 24.04 and later have it)."
        : MissingFile().Match(error) is { Success: true } file
            ? $"Install {file.Groups[1].Value}: "
                + $"'apt-file search {file.Groups[1].Value}' or 'dnf provides \"*/{file.Groups[1].Value}\"' names its package."
        : "Build the host again; if it stays, the file is damaged: "
            + "empty the package cache with 'dotnet nuget locals global-packages --clear'.";

    private static string FileOf(string folder, string name) => Path.Combine(
        folder, OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so");

    /// <summary><c>/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by …)</c></summary>
    [GeneratedRegex(@"([^/\s]+): version `([^']+)' not found")]
    private static partial Regex SymbolVersion();

    /// <summary><c>libgomp.so.1: cannot open shared object file: No such file or directory</c></summary>
    [GeneratedRegex(@"^([^/\s]+): cannot open shared object file")]
    private static partial Regex MissingFile();
}
